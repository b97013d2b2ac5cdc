import Link from 'next/link'
import { address } from '@/components/ui/address'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { AuditRow } from '@/lib/audit/schema'

/** The trail as rows; names, verbs and targets lead to the rows that share them. */
export function AuditList({ rows }: { rows: AuditRow[] }) {
  return (
    <Table label="Audit trail">
      <TableHead>
        <TableHeading>When</TableHeading>
        <TableHeading>Who</TableHeading>
        <TableHeading>What</TableHeading>
        <TableHeading>On what</TableHeading>
        <TableHeading>Facts</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell>
              <RelativeTime at={row.at} />
            </TableCell>
            <TableCell>
              <Filter name="who" value={row.who} />
              {row.signedInAs ? <span className="text-muted text-sm"> (signed in: {row.signedInAs})</span> : null}
            </TableCell>
            <TableCell className="font-mono text-sm">
              <Filter name="verb" value={row.verb} />
            </TableCell>
            <TableCell className="break-words">
              <span className="text-muted">{row.targetKind}</span> <Filter name="target" value={row.targetId} text={row.targetName} />
              {row.team ? <span className="text-muted text-sm"> · {row.team}</span> : null}
              {row.environment ? <span className="text-muted text-sm"> · {row.environment}</span> : null}
            </TableCell>
            <TableCell>
              <Detail row={row} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Filter({ name, value, text }: { name: string; value: string; text?: string }) {
  return (
    <Link href={address('/audit', { [name]: value })} className="inline-block min-h-6 hover:underline">
      {text || value}
    </Link>
  )
}

function Detail({ row }: { row: AuditRow }) {
  return (
    <details className="text-sm">
      <summary className="text-muted">{row.detail.length === 0 ? 'request' : `${row.detail.length} and the request`}</summary>
      <dl className="grid gap-0.5 break-all py-1">
        {[...row.detail, { label: 'request', value: row.requestId }, { label: 'at', value: row.at }].map(({ label, value }) => (
          <div key={label}>
            <dt className="inline text-muted">{label}: </dt>
            <dd className="inline">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
