import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ApprovalRow } from '@/lib/approvals/schema'

/** Requests that wait, as large targets: the whole line opens the request. */
export function WaitingList({ title, rows, empty }: { title: string; rows: ApprovalRow[]; empty: string }) {
  return (
    <Card title={title}>
      {rows.length === 0 ? <EmptyState title={empty} /> : null}
      <ul className="mt-2">
        {rows.map((row) => (
          <li key={row.rolloutId} className="flex flex-wrap items-center justify-between gap-x-4 border-t px-4 py-3">
            <Link href={`/approvals/${row.rolloutId}`} className="grid min-h-11 min-w-0 flex-1 content-center hover:underline">
              <span className="break-words font-medium">
                {row.model}{' '}
                {row.needed === null
                  ? ''
                  : `${row.from === null ? 'first version' : `v${row.from}`} to ${row.to === null ? 'none' : `v${row.to}`} `}
                in {row.environment}
              </span>
              <span className="text-muted text-sm">
                {row.askedBy} asks{row.needed === null ? '' : `; ${row.given} of ${row.needed} approved`}
                {row.why ? `. ${row.why}` : ''}
              </span>
            </Link>
            <span className="text-muted text-sm">
              {row.expiresAt ? (
                <>
                  expires <RelativeTime at={row.expiresAt} />
                </>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
