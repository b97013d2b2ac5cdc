import Link from 'next/link'
import { Answers } from '@/components/approvals/answers'
import { Fact, Facts } from '@/components/approvals/facts'
import { Banner } from '@/components/ui/banner'
import { Card, CardBody } from '@/components/ui/card'
import { Digest } from '@/components/ui/digest'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ProposalView } from '@/lib/environments/proposals/schema'
import { PolicySummary } from './policy-summary'
import { ProposalActs } from './proposal-acts'

/** A looser policy that waits: what it lets through, who said what, and the answer. */
export function PolicyProposal({ proposal }: { proposal: ProposalView }) {
  const { environment, loosens } = proposal
  return (
    <Card
      id={proposal.id}
      title={`Proposed policy for ${environment.name}`}
      note={`It is looser than version ${proposal.basedOn}, so it takes effect only when approved. Until then version ${proposal.basedOn} holds.`}
    >
      <Facts>
        <Fact label="Looser">
          {loosens.map((sentence) => (
            <span key={sentence} className="block">
              {sentence}
            </span>
          ))}
        </Fact>
        <Fact label="Proposed by">
          {proposal.proposedBy}, <RelativeTime at={proposal.proposedAt} />
        </Fact>
        <Fact label="Approvals">
          {proposal.given} of {proposal.needed ?? 'as many as the present policy asks, which cannot be read'}
        </Fact>
        <Fact label="Expires">
          <RelativeTime at={proposal.expiresAt} />; then nothing changes
        </Fact>
        <Fact label="Hash">
          <Digest value={proposal.hash} what="hash of the proposed policy" />
        </Fact>
        <Fact label="Present">
          <Link href={`/environments/${environment.slug}`} className="text-link underline underline-offset-2">
            version {proposal.basedOn} of {environment.slug}
          </Link>
        </Fact>
      </Facts>
      {proposal.policy ? (
        <details className="border-t px-4 py-2">
          <summary className="min-h-6">The whole proposed policy</summary>
          <PolicySummary policy={proposal.policy} />
        </details>
      ) : null}
      {proposal.answers.length > 0 ? (
        <div className="border-t">
          <Answers answers={proposal.answers} />
        </div>
      ) : null}
      <CardBody className="grid gap-3 border-t">
        {proposal.why ? <Banner tone="info">{proposal.why}</Banner> : null}
        <ProposalActs proposal={proposal} />
      </CardBody>
    </Card>
  )
}
