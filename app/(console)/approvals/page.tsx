import type { Metadata } from 'next'
import { AnsweredList } from '@/components/approvals/answered-list'
import { WaitingList } from '@/components/approvals/waiting-list'
import { PolicyProposal } from '@/components/environments/policy-proposal'
import { LiveRefresh } from '@/components/shell/live'
import { PageHeader } from '@/components/ui/page-header'
import { listAnswered, listWaiting } from '@/lib/approvals/queries'
import { sessionActor } from '@/lib/auth/session'
import { listProposals } from '@/lib/environments/proposals/queries'

export const metadata: Metadata = { title: 'Approvals' }
export const dynamic = 'force-dynamic'

/** What waits for the actor, what waits for others, and what was answered. */
export default async function ApprovalsPage() {
  const actor = await sessionActor()
  const [waiting, answered, policies] = await Promise.all([listWaiting(actor), listAnswered(actor), listProposals(actor)])
  const mine = waiting.filter((row) => row.mine)
  const others = waiting.filter((row) => !row.mine)
  const n = mine.length + policies.filter((proposal) => proposal.mine).length
  const lead = n === 0 ? 'Nothing waits for you.' : `${n} ${n === 1 ? 'request waits' : 'requests wait'} for you.`
  return (
    <>
      <LiveRefresh keys={['approvals']} />
      <PageHeader title="Approvals" lead={lead} />
      <WaitingList title="Waits for you" rows={mine} empty="No rollout waits for you" />
      {policies.map((proposal) => (
        <PolicyProposal key={proposal.id} proposal={proposal} />
      ))}
      {others.length > 0 ? <WaitingList title="Waits for others" rows={others} empty="" /> : null}
      <AnsweredList rows={answered} />
    </>
  )
}
