import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { AnsweredRow } from '@/lib/approvals/schema'

/** The latest answers, both names where one acted for another. */
export function AnsweredList({ rows }: { rows: AnsweredRow[] }) {
  if (rows.length === 0) return null
  return (
    <Card title="Answered">
      <Table label="Answered requests" className="mt-2">
        <TableHead>
          <TableHeading>Request</TableHeading>
          <TableHeading>Answer</TableHeading>
          <TableHeading>By</TableHeading>
          <TableHeading>Comment</TableHeading>
          <TableHeading>When</TableHeading>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={`${row.rolloutId} ${row.answer.name}`}>
              <TableCell>
                <Link href={`/approvals/${row.rolloutId}`} className="hover:underline">
                  {row.model} {row.to === null ? '' : `v${row.to}`} in {row.environment}
                </Link>
              </TableCell>
              <TableCell>{row.answer.answer}</TableCell>
              <TableCell>
                {row.answer.name}
                {row.answer.signedInAs ? <span className="text-muted"> (signed in: {row.answer.signedInAs})</span> : null}
              </TableCell>
              <TableCell className="break-words">{row.answer.reason}</TableCell>
              <TableCell>
                <RelativeTime at={row.answer.at} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
