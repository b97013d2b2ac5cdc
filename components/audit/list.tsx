import Link from 'next/link'
import { address } from '@/components/ui/address'
import { cn } from '@/components/ui/cn'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { AuditRow } from '@/lib/audit/schema'
import { verbWords } from '@/lib/audit/words'

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
            <TableCell>
              {whatWords(row.verb)} <Filter name="verb" value={row.verb} className="font-mono text-muted text-xs" />
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

/** "gave a role to": the target stands in the next column. */
function whatWords(verb: string): string {
  const { before, after } = verbWords(verb)
  return after.trim() ? `${before} …${after}` : before
}

function Filter({ name, value, text, className }: { name: string; value: string; text?: string; className?: string }) {
  return (
    <Link href={address('/audit', { [name]: value })} className={cn('inline-block min-h-6 leading-6 hover:underline', className)}>
      {text || value}
    </Link>
  )
}

function Detail({ row }: { row: AuditRow }) {
  return (
    <details className="text-sm">
      <summary className="whitespace-nowrap text-muted">{row.detail.length + 2} facts</summary>
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
