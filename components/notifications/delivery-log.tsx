import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { DeliveryRow } from '@/lib/notifications/schema'
import { StateBadge } from './state-badge'
import { RetryButton } from './webhook-acts'

interface DeliveryLogProps {
  rows: DeliveryRow[]
  next: string | null
  search: Record<string, string | undefined>
}

/** Every message with what came of it, newest first; what was not taken can be sent again. */
export function DeliveryLog({ rows, next, search }: DeliveryLogProps) {
  return (
    <Card
      title="Messages"
      note="One that is not taken is tried after 5 s, 30 s, 2 min, 10 min, 1 h and 6 h, then given up. Kept for 30 days."
    >
      {rows.length === 0 ? (
        <EmptyState title="Nothing was sent yet">The next change of a rollout is told, or send a test.</EmptyState>
      ) : (
        <Table label="Messages" className="mt-2">
          <TableHead>
            <TableHeading>What</TableHeading>
            <TableHeading>To</TableHeading>
            <TableHeading>State</TableHeading>
            <TableHeading>When</TableHeading>
            <TableHeading>
              <span className="sr-only">Acts</span>
            </TableHeading>
          </TableHead>
          <TableBody>
            {rows.map((row) => (
              <DeliveryLine key={row.id} row={row} />
            ))}
          </TableBody>
        </Table>
      )}
      <Pagination path="/settings/webhooks" search={search} nextCursor={next} shown={rows.length} noun="messages" />
    </Card>
  )
}

function DeliveryLine({ row }: { row: DeliveryRow }) {
  const { attempts, status, error } = row
  const tries = attempts === 0 ? null : `${attempts} ${attempts === 1 ? 'try' : 'tries'}${status === null ? '' : `, status ${status}`}`
  return (
    <TableRow>
      <TableCell className="break-words">
        {row.rolloutId ? (
          <Link href={`/rollouts/${row.rolloutId}`} className="hover:underline">
            {row.title}
          </Link>
        ) : (
          row.title
        )}
        <span className="block break-all font-mono text-muted text-xs">{row.messageId}</span>
      </TableCell>
      <TableCell className="break-words text-sm">
        <span className="text-muted sm:hidden">to </span>
        {row.webhook}
      </TableCell>
      <TableCell>
        <StateBadge state={row.state} /> {tries ? <span className="text-muted text-sm">{tries}</span> : null}
        {error ? <span className="block break-words text-sm">{error}</span> : null}
      </TableCell>
      <TableCell className="text-muted text-sm">
        <RelativeTime at={row.createdAt} />
        {row.state === 'retrying' && row.nextAt ? (
          <span className="mt-1 block">
            again <RelativeTime at={row.nextAt} />
          </span>
        ) : null}
      </TableCell>
      <TableCell className="text-right">
        {row.state === 'retrying' || row.state === 'given-up' ? (
          <RetryButton webhookId={row.webhookId} deliveryId={row.id} title={row.title} />
        ) : null}
      </TableCell>
    </TableRow>
  )
}
