'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatMs } from '@/lib/format'
import { endpointSamplesOptions } from '@/lib/monitoring/client'
import type { SampleRow, TimeRange } from '@/lib/monitoring/schema'
import { armName } from './arm-style'

/** Requests to look at: every error and some of the rest, newest first, a page at a time. */
export function Samples({ endpointId, range }: { endpointId: string; range: TimeRange }) {
  const [kind, setKind] = useState<'all' | 'errors'>('all')
  const [pages, setPages] = useState<string[]>([])
  const { data, error } = useQuery({
    ...endpointSamplesOptions(endpointId, range, kind, pages.at(-1) ?? null),
    placeholderData: keepPreviousData,
  })
  const choose = (next: 'all' | 'errors') => {
    setKind(next)
    setPages([])
  }
  const next = data?.next
  return (
    <Card
      title="Requests to look at"
      note="A few requests are kept with their features: to look at, never as evidence."
      action={<KindChoice kind={kind} onChoose={choose} />}
    >
      {error ? <CardBody>Samples cannot be read now: {error.message}</CardBody> : null}
      {!data && !error ? <Skeleton className="m-4 h-32" /> : null}
      {data?.items.length === 0 ? (
        <CardBody className="text-muted">No data: nothing was kept in this time{kind === 'errors' ? ' that failed' : ''}.</CardBody>
      ) : null}
      {data && data.items.length > 0 ? <SampleTable rows={data.items} /> : null}
      {pages.length > 0 || next ? (
        <nav aria-label="Pages of samples" className="flex justify-end gap-2 border-t px-4 py-2">
          {pages.length > 0 ? (
            <Button size="sm" onClick={() => setPages(pages.slice(0, -1))}>
              Newer
            </Button>
          ) : null}
          {next ? (
            <Button size="sm" onClick={() => setPages([...pages, next])}>
              Older
            </Button>
          ) : null}
        </nav>
      ) : null}
    </Card>
  )
}

function KindChoice({ kind, onChoose }: { kind: 'all' | 'errors'; onChoose: (kind: 'all' | 'errors') => void }) {
  return (
    <span className="flex gap-1">
      {(['all', 'errors'] as const).map((each) => (
        <Button
          key={each}
          size="sm"
          variant={kind === each ? 'secondary' : 'ghost'}
          aria-pressed={kind === each}
          onClick={() => onChoose(each)}
        >
          {each === 'all' ? 'All' : 'Errors'}
        </Button>
      ))}
    </span>
  )
}

function SampleTable({ rows }: { rows: SampleRow[] }) {
  return (
    <Table label="Requests to look at" className="table-fixed">
      <TableHead>
        <TableHeading className="w-28">when</TableHeading>
        <TableHeading className="w-24">version</TableHeading>
        <TableHeading className="w-16" numeric>
          status
        </TableHeading>
        <TableHeading className="w-20" numeric>
          latency
        </TableHeading>
        <TableHeading className="w-16" numeric>
          score
        </TableHeading>
        <TableHeading>features or error</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell className="whitespace-nowrap">
              <RelativeTime at={row.at} />
            </TableCell>
            <TableCell className="whitespace-nowrap">{armName({ ...row, current: true })}</TableCell>
            <TableCell numeric className={row.status >= 500 ? 'text-fail' : ''}>
              <span className="text-muted sm:hidden">status </span>
              {row.status}
            </TableCell>
            <TableCell numeric>{formatMs(row.latencyMs)}</TableCell>
            <TableCell numeric>
              <span className="text-muted sm:hidden">score </span>
              {row.score === null ? 'none' : row.score.toFixed(3)}
            </TableCell>
            <TableCell className="max-sm:basis-full">
              {row.error ? <span className="break-words">{row.error}</span> : null}
              <Features features={row.features} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Features({ features }: { features: SampleRow['features'] }) {
  if (features.length === 0) return null
  return (
    <span className="flex flex-wrap gap-x-3 font-mono text-muted text-xs">
      {features.map(({ name, value }) => (
        <span key={name} className="whitespace-nowrap">
          {name} <span className="text-foreground">{Number(value.toPrecision(5))}</span>
        </span>
      ))}
    </span>
  )
}
