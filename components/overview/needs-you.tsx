import Link from 'next/link'
import { ArmLabel } from '@/components/ui/arm-label'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ApprovalRow } from '@/lib/approvals/schema'
import type { EndpointRow } from '@/lib/endpoints/view-schema'
import type { Misplaced } from '@/lib/environments/data-class/schema'
import type { ProposalView } from '@/lib/environments/proposals/schema'
import type { RolloutRow } from '@/lib/rollouts/view-schema'

interface NeedsYouProps {
  approvals: ApprovalRow[]
  /** Looser policies that wait for this person's answer. */
  policies: ProposalView[]
  /** Endpoints that serve data which their environment may not. */
  misplaced: Misplaced[]
  /** Endpoints whose requests do not go by the weights. */
  misrouted: EndpointRow[]
  holds: RolloutRow[]
}

/** What waits for this person: approvals of rollouts and of policies to give, data to move, traffic that goes astray, holds to end. */
export function NeedsYou({ approvals, policies, misplaced, misrouted, holds }: NeedsYouProps) {
  if (approvals.length + policies.length + misplaced.length + misrouted.length + holds.length === 0)
    return <p className="p-4 text-muted">Nothing waits for you.</p>
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
      {policies.map(({ id, environment, proposedBy, proposedAt }) => (
        <Line key={id} href={`/approvals#${id}`} action="Decide">
          <span className="break-words font-medium">{environment.name}</span> looser policy proposed by {proposedBy}{' '}
          <RelativeTime at={proposedAt} className="text-muted text-sm" />
        </Line>
      ))}
      {misplaced.map(({ endpointId, wrong }) => (
        <Line key={endpointId} href={`/endpoints/${endpointId}`} action="Move it">
          <span className="break-words">{wrong}</span>
        </Line>
      ))}
      {misrouted.map((row) => (
        <Line key={row.id} href={`/endpoints/${row.id}`} action="Look">
          <span className="font-medium">
            {row.model} in {row.environment}
          </span>{' '}
          <span className="break-words">does not route as wished: {row.says}</span>
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
