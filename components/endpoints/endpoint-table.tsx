import Link from 'next/link'
import { KeptLink } from '@/components/top-line/kept'
import { ArmLabel } from '@/components/ui/arm-label'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { EndpointRow } from '@/lib/endpoints/view-schema'
import { formatCount, formatShare } from '@/lib/format'
import { Health } from './health'
import { p95Word } from './p95-word'
import { ReturnButton } from './return-button'

/** Endpoints as rows. Missing numbers are written as such, never as zero. */
export function EndpointTable({ rows, label }: { rows: EndpointRow[]; label: string }) {
  return (
    <Table label={label}>
      <TableHead>
        <TableHeading>Endpoint</TableHeading>
        <TableHeading>Live</TableHeading>
        <TableHeading>Health</TableHeading>
        <TableHeading numeric>Requests, 5 min</TableHeading>
        <TableHeading numeric>Bad</TableHeading>
        <TableHeading numeric>p95</TableHeading>
        <TableHeading>Next</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell>
              <KeptLink href={`/endpoints/${row.id}`} className="font-medium hover:underline">
                {row.model}
              </KeptLink>{' '}
              in {row.environment}
            </TableCell>
            <TableCell>
              <ArmLabel arm="live" version={row.live} />
            </TableCell>
            <TableCell className="max-sm:basis-full">
              <Health health={row.health} says={row.says} />
            </TableCell>
            <TableCell numeric>
              {row.requests === null ? 'no data' : formatCount(row.requests)}
              <span className="text-muted sm:hidden"> requests</span>
            </TableCell>
            <TableCell numeric>
              {row.bad === null ? 'no data' : formatShare(row.bad)}
              <span className="text-muted sm:hidden"> bad</span>
            </TableCell>
            <TableCell numeric>
              <span className="text-muted sm:hidden">p95 </span>
              {p95Word(row)}
            </TableCell>
            <TableCell>
              <span className="flex flex-wrap items-center gap-2">
                {row.rollout ? (
                  <Link href={`/rollouts/${row.rollout.id}`} className="text-link underline underline-offset-3 hover:no-underline">
                    rollout to v{row.rollout.to ?? '?'}
                  </Link>
                ) : null}
                {row.mayReturn ? (
                  <ReturnButton
                    size="sm"
                    endpointId={row.id}
                    model={row.model}
                    environment={row.environment}
                    live={row.live}
                    versions={row.returnTo}
                  />
                ) : null}
              </span>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
