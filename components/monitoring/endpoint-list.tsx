import { p95Word } from '@/components/endpoints/p95-word'
import { KeptLink } from '@/components/top-line/kept'
import { ArmLabel } from '@/components/ui/arm-label'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatShare } from '@/lib/format'
import type { MonitoredRow } from '@/lib/monitoring/schema'

/** Endpoints with their last five minutes; a row leads to its measurements. Never reported, reported nothing and a number are three things. */
export function EndpointList({ rows }: { rows: MonitoredRow[] }) {
  return (
    <Table label="Endpoints">
      <TableHead>
        <TableHeading>Endpoint</TableHeading>
        <TableHeading>Serves</TableHeading>
        <TableHeading numeric>Requests per second</TableHeading>
        <TableHeading numeric>Bad</TableHeading>
        <TableHeading numeric>p95</TableHeading>
        <TableHeading>Reported</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.endpointId}>
            <TableCell>
              <KeptLink className="font-medium text-link underline underline-offset-2" href={`/monitoring/${row.endpointId}`}>
                {row.model} in {row.environment}
              </KeptLink>
            </TableCell>
            <TableCell>
              <span className="flex flex-wrap gap-x-3">
                {row.live === null ? <span className="text-muted">nothing is live</span> : <ArmLabel arm="live" version={row.live} />}
                {row.next ? <ArmLabel arm="next" version={row.next.number} /> : null}
              </span>
            </TableCell>
            <TableCell numeric wide={row.lastSeenAt === null}>
              {row.lastSeenAt === null ? 'no data' : `${row.perSecond.toFixed(1)}/s`}
            </TableCell>
            <TableCell numeric wide={row.lastSeenAt === null}>
              <span className="text-muted sm:hidden">bad </span>
              {row.errorShare === null ? 'no data' : formatShare(row.errorShare)}
            </TableCell>
            <TableCell numeric wide={row.lastSeenAt === null}>
              <span className="text-muted sm:hidden">p95 </span>
              {p95Word(row)}
            </TableCell>
            <TableCell>{row.lastSeenAt === null ? 'never reported' : <RelativeTime at={row.lastSeenAt} />}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
