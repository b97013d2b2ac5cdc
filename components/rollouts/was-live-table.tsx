import Link from 'next/link'
import { ArmLabel } from '@/components/ui/arm-label'
import { Digest } from '@/components/ui/digest'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { WasLiveRow } from '@/lib/rollouts/was-live/schema'

/** One row per endpoint: what was live, and the sentence that says since when and by whom. */
export function WasLiveTable({ rows }: { rows: WasLiveRow[] }) {
  return (
    <Table label="What was live">
      <TableHead>
        <TableHeading>Model</TableHeading>
        <TableHeading>Version</TableHeading>
        <TableHeading>Who decided</TableHeading>
        <TableHeading>Rollouts</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.endpointId}>
            <TableCell>
              <Link href={`/endpoints/${row.endpointId}`} className="break-words font-medium hover:underline">
                {row.model}
              </Link>
            </TableCell>
            <TableCell>
              <span className="inline-flex flex-wrap items-center gap-2">
                <ArmLabel arm="live" version={row.version} />
                {row.digest ? <Digest value={row.digest} /> : null}
              </span>
            </TableCell>
            <TableCell className="max-w-prose text-pretty">{row.sentence}</TableCell>
            <TableCell>
              <span className="inline-flex flex-wrap gap-x-3 gap-y-1">
                {links(row).map(({ id, words }) => (
                  <Link key={id} href={`/rollouts/${id}`} className="text-link underline underline-offset-3 hover:no-underline">
                    {words}
                  </Link>
                ))}
              </span>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function links({ rolloutId, underWay, sentBack }: WasLiveRow): { id: string; words: string }[] {
  return [
    ...(rolloutId ? [{ id: rolloutId, words: 'made it live' }] : []),
    ...(underWay ? [{ id: underWay.rolloutId, words: 'under way' }] : []),
    ...(sentBack ? [{ id: sentBack.rolloutId, words: 'sent back' }] : []),
  ]
}
