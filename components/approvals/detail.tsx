import Link from 'next/link'
import { GateTerms } from '@/components/rollouts/gate-terms'
import { Badge } from '@/components/ui/badge'
import { Banner } from '@/components/ui/banner'
import { Card } from '@/components/ui/card'
import { Digest } from '@/components/ui/digest'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ApprovalDetail } from '@/lib/approvals/schema'
import { AnswerForm } from './answer-form'
import { Answers } from './answers'
import { CheckRunFacts } from './check-run-facts'
import { Fact, Facts } from './facts'
import { allStepWords, gateSentence, soakWords, watchWords, waveFailWords } from './gate-words'
import { VersionChange } from './version-change'

/** One request on one screen: who asks, what changes, how it is judged, what is known so far, and the answer. Made for a phone first. */
export function ApprovalRequest({ request }: { request: ApprovalDetail }) {
  const to = request.toVersion ? `v${request.toVersion.number}` : 'no version'
  return (
    <div className="grid gap-4">
      {request.mine ? null : <WhyNot request={request} />}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title="What changes">
          <VersionChange from={request.fromVersion} to={request.toVersion} sameArtifact={request.sameArtifact} />
        </Card>
        <Card title="Who asks">
          <Facts>
            <Fact label="Asked by">
              {request.askedBy}, <RelativeTime at={request.askedAt} />
            </Fact>
            <Fact label="Approvals">
              {request.given} of {request.needed}
            </Fact>
            {request.waiting && request.expiresAt ? (
              <Fact label="Expires">
                <RelativeTime at={request.expiresAt} />; then the rollout is cancelled
              </Fact>
            ) : null}
            <Fact label="Risk">
              <Badge tone={request.risk === 'high' ? 'warn' : 'neutral'}>{request.risk} risk</Badge> <Badge>{request.dataClass} data</Badge>
            </Fact>
            <Fact label="Plan">
              <Digest value={request.planHash} what="plan hash" />
            </Fact>
          </Facts>
        </Card>
        <Card title={`Check run of ${to}`} note="Before any traffic, in a bounded model server, over its sample.">
          <CheckRunFacts run={request.checkRun} />
        </Card>
        <Card title="How it goes">
          <Facts>
            <Fact label="Steps">{allStepWords(request.steps, request.clusterSteps)}</Fact>
            <Fact label="Clusters">{request.clusters.join(', then ')}</Fact>
            {request.soakSeconds > 0 ? <Fact label="Soak">{soakWords(request.soakSeconds)}</Fact> : null}
            {request.clusters.length > 1 ? <Fact label="A cluster fails">{waveFailWords(request.waveFail)}</Fact> : null}
            <Fact label="Watch">{watchWords(request.watchSeconds)}</Fact>
            <Fact label="Policy">version {request.policyVersion} of the environment's</Fact>
          </Facts>
          <ul className="grid gap-1 border-t px-4 py-3 text-sm">
            {request.gates.length === 0 ? <li>No gates: nothing is compared on the way.</li> : null}
            {request.gates.map((gate) => (
              <li key={gate.metric}>
                {gateSentence(gate)} <GateTerms gate={gate} />
              </li>
            ))}
          </ul>
        </Card>
      </div>
      {request.answers.length > 0 ? (
        <Card title="Answers">
          <Answers answers={request.answers} />
        </Card>
      ) : null}
      {request.mine ? (
        <AnswerForm
          rolloutId={request.rolloutId}
          planHash={request.planHash}
          revision={request.revision}
          what={`${request.model} ${to} in ${request.environment}`}
          needed={request.needed}
          given={request.given}
        />
      ) : null}
    </div>
  )
}

function WhyNot({ request }: { request: ApprovalDetail }) {
  const rollout = (
    <Link href={`/rollouts/${request.rolloutId}`} className="text-link underline underline-offset-2">
      Open the rollout
    </Link>
  )
  if (!request.waiting)
    return (
      <Banner tone="info">
        This request no longer waits for an answer: the rollout is {request.phase}. {rollout}.
      </Banner>
    )
  return (
    <Banner tone="info">
      {request.why}{' '}
      {request.whoMay.length > 0 ? `Ask ${request.whoMay.join(' or ')}.` : 'Nobody else may answer: an admin can give the role approver.'}{' '}
      {rollout}.
    </Banner>
  )
}
