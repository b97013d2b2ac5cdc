'use client'

import dynamic from 'next/dynamic'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import type { RolloutView } from '@/lib/rollouts/view-schema'
import { ReplayPanel } from './replay-panel'
import { Explain } from './timeline'
import { METRIC_WORDS } from './words'

/** With the schema that its gates are checked by: too heavy for what is folded away. */
const WhatIfForm = dynamic(() => import('./what-if-form'), { ssr: false, loading: () => <Skeleton className="h-64" /> })

/** What blocks, since when, what it needs and who may act; behind it the odds and methods, the replay, and what other parameters would have done. */
export function ExplainCard({ rollout }: { rollout: RolloutView }) {
  const { standing, gates } = rollout
  return (
    <Card
      title="Explain"
      action={
        <Button asChild size="sm">
          <Link href={`/rollouts/${rollout.id}/report`}>Report</Link>
        </Button>
      }
    >
      <CardBody className="grid gap-3">
        <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[7rem_minmax(0,1fr)]" data-testid="standing">
          <Row label="What blocks">{standing.blocks}</Row>
          <Row label="Since">
            <RelativeTime at={standing.since} />
          </Row>
          <Row label="It needs">{standing.needs}</Row>
          {standing.copies ? <Row label="Copies">{standing.copies}</Row> : null}
          <Row label="Who may act">{standing.who}</Row>
        </dl>
        {gates.length > 0 ? (
          <Part title="Odds and methods, gate by gate">
            {() =>
              gates.map((gate) => (
                <div key={gate.metric}>
                  <p>
                    <span className="font-medium">{METRIC_WORDS[gate.metric] ?? gate.metric}:</span> {gate.sentence}
                  </p>
                  <Explain rows={gate.explain} />
                </div>
              ))
            }
          </Part>
        ) : null}
        <Part title="Replay">{() => <ReplayPanel rolloutId={rollout.id} />}</Part>
        {rollout.strategy === 'return' ? null : <Part title="What if">{() => <WhatIfForm rollout={rollout} />}</Part>}
      </CardBody>
    </Card>
  )
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted text-sm">{label}</dt>
      <dd className="min-w-0 break-words max-sm:mb-1">{children}</dd>
    </>
  )
}

/** A part that is made only when it is opened. */
function Part({ title, children }: { title: string; children: () => ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit min-h-6 text-link">{title}</summary>
      {open ? <div className="mt-2 grid gap-3">{children()}</div> : null}
    </details>
  )
}
