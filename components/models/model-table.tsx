import Link from 'next/link'
import { ArmLabel } from '@/components/ui/arm-label'
import { Badge } from '@/components/ui/badge'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatCount } from '@/lib/format'
import type { ModelRow } from '@/lib/models/schema'
import { StatusBadge } from './status-badge'

/** Models as rows: name, team, newest version, what is live where. */
export function ModelTable({ rows }: { rows: ModelRow[] }) {
  return (
    <Table label="Models">
      <TableHead>
        <TableHeading>Model</TableHeading>
        <TableHeading>Team</TableHeading>
        <TableHeading numeric>Versions</TableHeading>
        <TableHeading>Newest</TableHeading>
        <TableHeading>Aliases</TableHeading>
        <TableHeading>Live</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell className="max-w-96">
              <Link href={`/models/${row.slug}`} className="break-words font-medium hover:underline">
                {row.name}
              </Link>
              <span className="block truncate text-muted text-sm">{row.slug}</span>
            </TableCell>
            <TableCell className="break-words">{row.team.name}</TableCell>
            <TableCell numeric wide>
              {formatCount(row.versions)}
            </TableCell>
            <TableCell>
              {row.latest ? (
                <span className="inline-flex flex-wrap items-center gap-2">
                  <span className="font-medium tabular-nums">v{row.latest.number}</span>
                  <StatusBadge status={row.latest.status} />
                  <RelativeTime at={row.latest.at} className="text-muted text-sm" />
                </span>
              ) : (
                <span className="text-muted">no version yet</span>
              )}
            </TableCell>
            <TableCell wide>
              <span className="flex flex-wrap gap-1">
                {row.aliases.map((alias) => (
                  <Badge key={alias.name}>
                    {alias.name} v{alias.number}
                  </Badge>
                ))}
              </span>
            </TableCell>
            <TableCell>
              <span className="flex flex-wrap gap-x-3 gap-y-1">
                {row.live.map((place) => (
                  <span key={place.environment} className="inline-flex items-center gap-1.5">
                    <ArmLabel arm="live" version={place.number} /> <span className="text-muted text-sm">{place.environment}</span>
                  </span>
                ))}
                {row.live.length === 0 ? <span className="text-muted">nowhere</span> : null}
              </span>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
