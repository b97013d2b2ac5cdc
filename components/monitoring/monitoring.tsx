'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Chart } from '@/components/charts/chart'
import { CrosshairProvider } from '@/components/charts/crosshair'
import type { ChartSpec } from '@/components/charts/spec'
import { Banner } from '@/components/ui/banner'
import { Card, CardBody } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import { endpointSeriesOptions } from '@/lib/monitoring/client'
import type { ArmSeries, EndpointSeries, TimeRange } from '@/lib/monitoring/schema'
import { armKey, shownAtFirst } from './arm-style'
import { ArmTable } from './arm-table'
import { Drift } from './drift'
import { Happened } from './happened'
import { ReachNote } from './reach-note'
import { Samples } from './samples'
import { latencyCharts, qualityCharts, trafficCharts } from './series-charts'

/** Everything measured about an endpoint over a time, kept true every 5 s while somebody looks. */
export function Monitoring({ endpointId, range, initial }: { endpointId: string; range: TimeRange; initial?: EndpointSeries }) {
  const { data, error, dataUpdatedAt } = useQuery({
    ...endpointSeriesOptions(endpointId, range),
    initialData: initial,
    placeholderData: keepPreviousData,
  })
  if (!data) return error ? <Banner>The series cannot be read now: {error.message}</Banner> : <Loading />
  return (
    <>
      {error ? (
        <Banner>
          What stands here was read <RelativeTime at={dataUpdatedAt} />; since then it cannot be read: {error.message}
        </Banner>
      ) : null}
      <ReachNote clusters={data.clusters} />
      <Measured series={data} />
      <Drift endpointId={endpointId} range={range} arms={data.arms} />
      <Samples key={`${range.range} ${range.from} ${range.to}`} endpointId={endpointId} range={range} />
    </>
  )
}

/** The versions in numbers, and the charts of those that are chosen. */
function Measured({ series }: { series: EndpointSeries }) {
  const [chosen, setChosen] = useState<string[] | null>(null)
  const shown = (chosen ?? shownAtFirst(series.arms)).filter((key) => series.arms.some((arm) => armKey(arm) === key))
  const arms = series.arms.filter((arm) => shown.includes(armKey(arm)))
  if (series.arms.length === 0)
    return (
      <Card title="Versions in this time">
        <CardBody className="text-muted">No version was live here in this time, and nothing was counted.</CardBody>
      </Card>
    )
  return (
    <CrosshairProvider>
      <Card title="Versions in this time">
        <ArmTable series={series} shown={shown} onShow={setChosen} />
      </Card>
      <Card title="Traffic">
        <CardBody className="grid gap-4">
          <Happened series={series} />
          <Charts specs={trafficCharts(series, arms)} />
        </CardBody>
      </Card>
      <Card title="Latency">
        <CardBody>
          <Charts specs={latencyCharts(series, arms)} />
        </CardBody>
      </Card>
      <Card title="Quality by labels" note={labelNote(arms)}>
        <CardBody>
          <Charts specs={qualityCharts(series, arms)} />
        </CardBody>
      </Card>
    </CrosshairProvider>
  )
}

function Charts({ specs }: { specs: ChartSpec[] }) {
  return (
    <div className="grid gap-x-6 gap-y-4 md:grid-cols-2 2xl:grid-cols-3">
      {specs.map((spec) => (
        <Chart key={spec.title} spec={spec} />
      ))}
    </div>
  )
}

function labelNote(arms: ArmSeries[]): string {
  const maturing = arms.some((arm) => arm.quality.some((point) => point?.maturing))
  const base = 'By the minute of the prediction, from the true outcomes that were sent.'
  return maturing
    ? `${base} Labels of the latest minutes are still coming (behind the dotted line): fewer than half as many as usual, so these points will move.`
    : base
}

function Loading() {
  return (
    <>
      <Skeleton className="h-32 w-full" />
      <Skeleton className="h-56 w-full" />
      <Skeleton className="h-56 w-full" />
    </>
  )
}
