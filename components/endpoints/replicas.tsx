import { Badge, type BadgeTone } from '@/components/ui/badge'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { Replica } from '@/lib/endpoints/wish'
import { formatBytes } from '@/lib/format'

const TONES: Record<Replica['state'], BadgeTone> = {
  starting: 'neutral',
  ready: 'pass',
  draining: 'quiet',
  crashed: 'fail',
  'backing-off': 'fail',
  stopped: 'quiet',
}

/** The model servers of a version on a cluster, as the cluster last said. */
export function Replicas({ replicas }: { replicas: Replica[] }) {
  if (replicas.length === 0) return <p className="text-muted text-sm">No replica is known.</p>
  return (
    <div className="rounded-md border">
      <Table label="Replicas">
        <TableHead>
          <TableHeading>Replica</TableHeading>
          <TableHeading>State</TableHeading>
          <TableHeading numeric>CPU</TableHeading>
          <TableHeading numeric>Memory</TableHeading>
          <TableHeading numeric>Restarts</TableHeading>
          <TableHeading>Last exit</TableHeading>
        </TableHead>
        <TableBody>
          {replicas.map((replica) => (
            <TableRow key={replica.id}>
              <TableCell className="break-all font-mono text-sm">{replica.id}</TableCell>
              <TableCell>
                <Badge tone={TONES[replica.state]}>{replica.state}</Badge> <span className="text-muted text-sm">{replica.reason}</span>
              </TableCell>
              <TableCell numeric>{replica.cpu === null ? 'no data' : `${replica.cpu.toFixed(2)} cores`}</TableCell>
              <TableCell numeric>{replica.memoryBytes === null ? 'no data' : formatBytes(replica.memoryBytes)}</TableCell>
              <TableCell numeric>
                {replica.restarts}
                <span className="text-muted sm:hidden"> restarts</span>
              </TableCell>
              <TableCell wide={replica.lastExit === null}>{replica.lastExit ? <LastExit exit={replica.lastExit} /> : 'none'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function LastExit({ exit }: { exit: NonNullable<Replica['lastExit']> }) {
  return (
    <span className="text-sm">
      {exit.signal ? `signal ${exit.signal}` : `code ${exit.code ?? 'unknown'}`} <RelativeTime at={exit.at} />
    </span>
  )
}
