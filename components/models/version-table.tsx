import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Digest } from '@/components/ui/digest'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatBytes } from '@/lib/format'
import type { VersionRow } from '@/lib/versions/schema'
import { StatusBadge } from './status-badge'

/** A model's versions as rows, newest first. */
export function VersionTable({ model, rows, launch }: { model: string; rows: VersionRow[]; launch: boolean }) {
  return (
    <Table label={`Versions of ${model}`}>
      <TableHead>
        <TableHeading>Version</TableHeading>
        <TableHeading>Status</TableHeading>
        <TableHeading>Live and aliases</TableHeading>
        <TableHeading>Artifact</TableHeading>
        <TableHeading numeric>Threshold</TableHeading>
        <TableHeading>Registered</TableHeading>
        <TableHeading>Next</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell className="max-w-96">
              <Link href={`/models/${model}/versions/${row.number}`} className="font-medium tabular-nums hover:underline">
                v{row.number}
              </Link>{' '}
              <span className="break-words text-muted text-sm">{row.note}</span>
            </TableCell>
            <TableCell>
              <StatusBadge status={row.status} />
            </TableCell>
            <TableCell>
              <span className="flex flex-wrap gap-1">
                {row.live.map((environment) => (
                  <Badge key={environment} className="border-stable/60">
                    live in {environment}
                  </Badge>
                ))}
                {row.aliases.map((alias) => (
                  <Badge key={alias}>{alias}</Badge>
                ))}
              </span>
            </TableCell>
            <TableCell wide className="whitespace-nowrap">
              <Digest value={row.digest} /> <span className="text-muted text-sm">{formatBytes(row.bytes)}</span>
            </TableCell>
            <TableCell numeric wide>
              {row.threshold ?? '-'}
            </TableCell>
            <TableCell>
              <RelativeTime at={row.createdAt} /> <span className="break-words text-muted text-sm">by {row.author}</span>
            </TableCell>
            <TableCell>
              {launch && row.status === 'ready' ? (
                <Link
                  href={`/rollouts/new?model=${model}&version=${row.number}`}
                  className="whitespace-nowrap text-link underline underline-offset-3 hover:no-underline"
                >
                  Launch v{row.number}
                </Link>
              ) : null}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
