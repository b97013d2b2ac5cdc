import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatCount } from '@/lib/format'
import type { WebhookRow } from '@/lib/notifications/schema'
import { StateBadge } from './state-badge'
import { WebhookActs } from './webhook-acts'

/** Who is told, and whether the last message arrived. */
export function WebhookList({ webhooks }: { webhooks: WebhookRow[] }) {
  if (webhooks.length === 0)
    return (
      <Card>
        <EmptyState title="Nobody is told yet">
          A webhook sends a team's channel or pager one signed message for each change that a person must know of.
        </EmptyState>
      </Card>
    )
  return (
    <Card>
      <Table label="Webhooks">
        <TableHead>
          <TableHeading>Webhook</TableHeading>
          <TableHeading>Team</TableHeading>
          <TableHeading>Last message</TableHeading>
          <TableHeading numeric>Wait</TableHeading>
          <TableHeading>
            <span className="sr-only">Acts</span>
          </TableHeading>
        </TableHead>
        <TableBody>
          {webhooks.map((webhook) => (
            <TableRow key={webhook.id}>
              <TableCell>
                <span className="break-words font-medium">{webhook.name}</span>
                <span className="block break-all font-mono text-muted text-sm">{webhook.url}</span>
              </TableCell>
              <TableCell className="text-muted text-sm">
                {webhook.team}, by {webhook.author}
              </TableCell>
              <TableCell>{webhook.last ? <Last last={webhook.last} /> : <span className="text-muted">none yet</span>}</TableCell>
              <TableCell numeric>
                {formatCount(webhook.waiting)}
                <span className="text-muted sm:hidden"> wait</span>
              </TableCell>
              <TableCell>
                <WebhookActs webhookId={webhook.id} name={webhook.name} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}

function Last({ last }: { last: NonNullable<WebhookRow['last']> }) {
  return (
    <>
      <StateBadge state={last.state} /> <RelativeTime at={last.at} className="text-muted" />
      {last.error ? <span className="block break-words text-sm">{last.error}</span> : null}
    </>
  )
}
