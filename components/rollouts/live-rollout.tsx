'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Chart } from '@/components/charts/chart'
import { CrosshairProvider } from '@/components/charts/crosshair'
import { Crumb } from '@/components/shell/crumbs'
import { Card, CardBody } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { rolloutOptions, seriesOptions, timelineOptions } from '@/lib/rollouts/client'
import type { RolloutSeries, RolloutView, TimelineLine } from '@/lib/rollouts/view-schema'
import { armCharts, trafficCharts } from './charts'
import { Controls, WhoMay } from './controls'
import { Copies } from './copies'
import { ExplainCard } from './explain-card'
import { Facts } from './facts'
import { GateCard } from './gate-card'
import { Headline } from './headline'
import { HeldPanel } from './held-panel'
import { PreviewAddress } from './preview-address'
import { ReturnConfirm } from './return-confirm'
import { RunAgain } from './run-again'
import { Silence } from './silence'
import { StepsLine } from './steps-line'
import { Ticks } from './ticks'
import { Timeline } from './timeline'
import { Waves } from './waves'
import { isLive, versionWord } from './words'

/** The page of a rollout, kept true without a reload: server-rendered first, then asked again whenever it changed. */
export function LiveRollout({ initial, initialTimeline }: { initial: RolloutView; initialTimeline: TimelineLine[] }) {
  const [clicked, setClicked] = useState<{ what: string; generation: number } | null>(null)
  const { data: rollout, refetch } = useQuery({ ...rolloutOptions(initial.id), initialData: initial })
  const { data: series } = useQuery(seriesOptions(initial.id, isLive(rollout.phase)))
  const { data: timeline } = useQuery({ ...timelineOptions(initial.id), initialData: initialTimeline })
  const onDone = (what: string) => {
    setClicked({ what, generation: rollout.ticks?.generation ?? 0 })
    void refetch()
  }
  // A click's own wish has a later generation: until it is there, nothing of the old one is claimed for it.
  const waiting = clicked !== null && (rollout.ticks?.generation ?? 0) <= clicked.generation
  const live = isLive(rollout.phase)
  return (
    <ReturnConfirm rollout={rollout} onDone={onDone}>
      <Crumb label={`${rollout.model} ${versionWord(rollout.from?.number)} to ${versionWord(rollout.to?.number)}`} />
      {live ? (
        <Silence
          engineSeenAt={rollout.engineSeenAt}
          clusters={rollout.waves.filter((wave) => wave.state !== 'waits').map(({ cluster, seenAt }) => ({ cluster, seenAt }))}
        />
      ) : null}
      <Headline
        rollout={rollout}
        controls={
          <>
            <Controls rollout={rollout} onDone={onDone} />
            {rollout.rerun ? <RunAgain rolloutId={rollout.id} /> : null}
          </>
        }
      />
      <div className="grid gap-1">
        <Facts rollout={rollout} />
        <Ticks ticks={waiting ? null : rollout.ticks} clicked={live || rollout.ticks ? (clicked?.what ?? null) : null} />
        <WhoMay rollout={rollout} />
      </div>
      <HeldPanel rollout={rollout} onDone={onDone} />
      <Card title="Steps and traffic" note="Counted is what requests really did in the last minute; desired is what the engine wants now.">
        <CardBody className="grid gap-5">
          <Steps rollout={rollout} />
          <Waves waves={rollout.waves} phase={rollout.phase} />
          {rollout.mirror ? <Copies mirror={rollout.mirror} version={rollout.to?.number ?? null} /> : null}
          {rollout.strategy === 'blue-green' && live ? (
            <PreviewAddress waves={rollout.waves} version={versionWord(rollout.to?.number)} />
          ) : null}
        </CardBody>
      </Card>
      <CrosshairProvider>
        <Charts rollout={rollout} series={series} />
      </CrosshairProvider>
      <ExplainCard rollout={rollout} />
      <Card title="Timeline">
        <Timeline lines={timeline} />
      </Card>
    </ReturnConfirm>
  )
}

/** The steps of the cluster where it stands. */
function Steps({ rollout }: { rollout: RolloutView }) {
  const begun = rollout.waves.findLast((each) => each.state !== 'waits')
  const wave = rollout.waves.find((each) => each.step !== null) ?? begun ?? rollout.waves[0]
  if (wave.steps.length < 2) return null
  const differ = rollout.waves.some((each) => each.steps.join() !== wave.steps.join())
  return (
    <div className="grid gap-1">
      {differ ? <p className="text-muted text-sm">Steps on {wave.cluster}</p> : null}
      <StepsLine steps={wave.steps} current={isLive(rollout.phase) ? wave.step : null} finished={rollout.phase === 'promoted'} />
    </div>
  )
}

function Charts({ rollout, series }: { rollout: RolloutView; series: RolloutSeries | undefined }) {
  const names = { live: `live ${versionWord(rollout.from?.number)}`, next: `next ${versionWord(rollout.to?.number)}` }
  return (
    <>
      <Card aria-label="Traffic over time">
        <CardBody className="grid gap-4">
          {series ? trafficCharts(series).map((spec) => <Chart key={spec.title} spec={spec} />) : <Skeleton className="h-56" />}
        </CardBody>
      </Card>
      {rollout.gates.length > 0 ? (
        <Card
          title="Evidence"
          note="Next against live as a ratio. The shaded band is the 95 % anytime-valid range: wholly above the red line it returns, wholly below the green line it may advance."
        >
          <CardBody className="grid gap-6 lg:grid-cols-2 2xl:grid-cols-3">
            {rollout.gates.map((gate) => (
              <GateCard
                key={gate.metric}
                gate={gate}
                series={series}
                evidence={series?.evidence.filter((each) => each.metric === gate.metric) ?? []}
              />
            ))}
          </CardBody>
        </Card>
      ) : null}
      <Card title="By arm">
        <CardBody className="grid gap-6 md:grid-cols-2 2xl:grid-cols-3">
          {series ? armCharts(series, names).map((spec) => <Chart key={spec.title} spec={spec} />) : <Skeleton className="h-48" />}
        </CardBody>
      </Card>
    </>
  )
}
