'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { endpointDriftOptions } from '@/lib/monitoring/client'
import type { ArmSeries, DriftRow, TimeRange } from '@/lib/monitoring/schema'
import { armLine } from './arm-style'
import { DriftBins } from './drift-bins'
import { driftN, driftWord } from './drift-words'
import { Histogram } from './histogram'

const SHOWN_FIRST = 6

/** Features and score against the baseline, most drifted first, each with its histogram. */
export function Drift({ endpointId, range, arms }: { endpointId: string; range: TimeRange; arms: ArmSeries[] }) {
  const { data, error } = useQuery(endpointDriftOptions(endpointId, range))
  const [all, setAll] = useState(false)
  const rows = all ? data : data?.slice(0, SHOWN_FIRST)
  return (
    <Card
      title="Drift against the baseline"
      note="PSI per feature and for the score: how far this time's values lie from those of the version's baseline, over the baseline's bins, 0.5 added to every bin, less what chance alone makes of so few values. By the rule of thumb below 0.1 is little and above 0.2 is much. It says where to look, never whether the model is wrong."
    >
      <CardBody className="grid gap-4">
        {error ? <p role="status">Drift cannot be read now: {error.message}</p> : null}
        {!data && !error ? <Skeleton className="h-40 w-full" /> : null}
        {data?.length === 0 ? (
          <p className="text-muted">
            No data: no version that served in this time has a baseline, or nothing was counted. A baseline comes from a version's sample.
          </p>
        ) : null}
        <ul className="grid gap-x-6 gap-y-5 sm:grid-cols-2 xl:grid-cols-3">
          {rows?.map((row) => (
            <Feature key={`${row.versionId}-${row.feature}`} row={row} arm={arms.find((arm) => arm.versionId === row.versionId)} />
          ))}
        </ul>
        {data && data.length > SHOWN_FIRST ? (
          <Button variant="ghost" size="sm" className="justify-self-start" onClick={() => setAll(!all)}>
            {all ? `Show the ${SHOWN_FIRST} most drifted` : `Show all ${data.length}`}
          </Button>
        ) : null}
      </CardBody>
    </Card>
  )
}

function Feature({ row, arm }: { row: DriftRow; arm: ArmSeries | undefined }) {
  const [open, setOpen] = useState(false)
  const word = driftWord(row)
  const tone = arm ? armLine(arm).tone : 'stable'
  return (
    <li className="grid min-w-0 content-start gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="min-w-0 truncate font-medium">
          {row.feature} <span className="text-muted">v{row.number}</span>
        </h3>
        <span className="flex items-baseline gap-2">
          {row.enough ? <span className="tabular-nums">PSI {row.psiDebiased.toFixed(3)}</span> : null}
          <Badge tone={word.tone}>{word.text}</Badge>
        </span>
      </div>
      <p className="text-muted text-sm tabular-nums">{driftN(row)}</p>
      <Histogram row={row} tone={tone} />
      <div className="flex flex-wrap items-center gap-x-3 text-muted text-xs">
        <span className="flex items-center gap-1">
          <span aria-hidden className="size-2.5 border border-muted bg-sunken" /> baseline
        </span>
        <span className="flex items-center gap-1">
          <span aria-hidden className={tone === 'candidate' ? 'size-2.5 bg-candidate' : 'size-2.5 bg-stable'} /> this time
        </span>
        <Button
          variant="ghost"
          size="sm"
          className="ml-auto text-muted"
          aria-expanded={open}
          aria-label={`Table of ${row.feature} v${row.number}`}
          onClick={() => setOpen(!open)}
        >
          Table
        </Button>
      </div>
      {open ? <DriftBins row={row} /> : null}
    </li>
  )
}
