import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { ClusterOffers, ClusterRow } from '@/lib/clusters/schema'
import { ClusterActs } from './cluster-acts'
import { ClusterHealth } from './cluster-health'

interface ClusterTableProps {
  rows: (ClusterRow & { wave?: number })[]
  label: string
  /** Shows what an admin can do with each; null: whoever looks may do nothing with them here. */
  manage: ClusterOffers | null
}

/** Clusters as rows: place, health as observed, addresses, where they serve. */
export function ClusterTable({ rows, label, manage }: ClusterTableProps) {
  const inWaves = rows.some((row) => row.wave !== undefined)
  return (
    <Table label={label}>
      <TableHead>
        <TableHeading>Cluster</TableHeading>
        <TableHeading>Place</TableHeading>
        <TableHeading>Health as observed</TableHeading>
        <TableHeading>Address for callers</TableHeading>
        <TableHeading>{inWaves ? 'Wave' : 'Serves'}</TableHeading>
        {manage ? <TableHeading>Acts</TableHeading> : null}
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell className="break-words font-medium">
              <Link href={`/environments/clusters/${row.id}`} className="hover:underline">
                {row.name}
              </Link>
            </TableCell>
            <TableCell>
              <Badge tone="quiet">{row.location}</Badge> <span className="text-muted text-sm">{row.driver}</span>
            </TableCell>
            <TableCell className="max-sm:basis-full">
              <ClusterHealth cluster={row} />
            </TableCell>
            <TableCell className="break-all font-mono text-sm">{row.publicUrl ?? '-'}</TableCell>
            <TableCell className="break-words">
              {inWaves ? (
                <>
                  <span className="text-muted sm:hidden">wave </span>
                  {row.wave}
                </>
              ) : (
                <Serves cluster={row} />
              )}
            </TableCell>
            {manage ? (
              <TableCell>
                <ClusterActs cluster={row} offers={manage} />
              </TableCell>
            ) : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Serves({ cluster }: { cluster: ClusterRow }) {
  if (cluster.environments.length === 0) return <span className="text-muted">no environment</span>
  return (
    <span className="flex flex-wrap gap-x-2">
      {cluster.environments.map((environment) => (
        <Link key={environment.slug} href={`/environments/${environment.slug}`} className="hover:underline">
          {environment.slug}
        </Link>
      ))}
    </span>
  )
}
