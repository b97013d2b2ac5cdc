import Link from 'next/link'
import { ArmLabel } from '@/components/ui/arm-label'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ApprovalRow } from '@/lib/approvals/schema'
import type { RolloutRow } from '@/lib/rollouts/view-schema'

/** What waits for this person: approvals to give, holds to end. */
export function NeedsYou({ approvals, holds }: { approvals: ApprovalRow[]; holds: RolloutRow[] }) {
  if (approvals.length === 0 && holds.length === 0) return <p className="p-4 text-muted">Nothing waits for you.</p>
  return (
    <ul className="divide-y pt-2">
      {approvals.map((row) => (
        <Line key={row.rolloutId} href={`/approvals/${row.rolloutId}`} action="Decide">
          <span className="font-medium">
            {row.model} in {row.environment}
          </span>{' '}
          <ArmLabel arm="next" version={row.to} /> asked by {row.askedBy} <RelativeTime at={row.askedAt} className="text-muted text-sm" />
        </Line>
      ))}
      {holds.map((row) => (
        <Line key={row.id} href={`/rollouts/${row.id}`} action="Look">
          <span className="font-medium">
            {row.model} in {row.environment}
          </span>{' '}
          <ArmLabel arm="next" version={row.to} /> {row.headline}
        </Line>
      ))}
    </ul>
  )
}

function Line({ href, action, children }: { href: string; action: string; children: React.ReactNode }) {
  return (
    <li className="flex items-center justify-between gap-3 px-4 py-2">
      <span className="min-w-0">{children}</span>
      <Button asChild>
        <Link href={href}>{action}</Link>
      </Button>
    </li>
  )
}
