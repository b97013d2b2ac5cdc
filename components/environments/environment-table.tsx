import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { EnvironmentRow } from '@/lib/environments/schema'
import { capital, formatCount } from '@/lib/format'

/** Environments as rows: kind, data, clusters in waves, what its policy asks. */
export function EnvironmentTable({ rows }: { rows: EnvironmentRow[] }) {
  return (
    <Table label="Environments">
      <TableHead>
        <TableHeading>Environment</TableHeading>
        <TableHeading>Kind</TableHeading>
        <TableHeading>Data, at most</TableHeading>
        <TableHeading>Clusters, in waves</TableHeading>
        <TableHeading numeric>Approvals</TableHeading>
        <TableHeading numeric>Endpoints</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell className="max-w-96">
              <Link href={`/environments/${row.slug}`} className="break-words font-medium hover:underline">
                {row.name}
              </Link>
              <span className="block truncate text-muted text-sm">{row.slug}</span>
            </TableCell>
            <TableCell>
              <Badge tone="quiet">{row.kind}</Badge>
            </TableCell>
            <TableCell>
              {row.dataClass}
              <span className="text-muted sm:hidden"> data at most</span>
            </TableCell>
            <TableCell className="break-words max-sm:basis-full">{waveWords(row.clusters)}</TableCell>
            <TableCell numeric>
              {row.approvals === null ? (
                <span className="text-pretty text-fail text-sm">{capital(row.unreadable ?? 'not known')}</span>
              ) : (
                <>
                  {row.approvals}
                  <span className="text-muted sm:hidden"> {row.approvals === 1 ? 'approval' : 'approvals'}</span>
                </>
              )}
            </TableCell>
            <TableCell numeric>
              {formatCount(row.endpoints)}
              <span className="text-muted sm:hidden"> {row.endpoints === 1 ? 'endpoint' : 'endpoints'}</span>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

/** "on-prem-1, then cloud-1 and cloud-2" */
export function waveWords(clusters: readonly { name: string; wave: number }[]): string {
  const waves = [...new Set(clusters.map((cluster) => cluster.wave))].sort((a, b) => a - b)
  return waves
    .map((wave) =>
      clusters
        .filter((cluster) => cluster.wave === wave)
        .map((cluster) => cluster.name)
        .join(' and '),
    )
    .join(', then ')
}
