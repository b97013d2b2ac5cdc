import { Answers } from '@/components/approvals/answers'
import { Fact, Facts } from '@/components/approvals/facts'
import { Crumb } from '@/components/shell/crumbs'
import { Badge } from '@/components/ui/badge'
import { Banner } from '@/components/ui/banner'
import { Card, CardBody } from '@/components/ui/card'
import { Digest } from '@/components/ui/digest'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { capital } from '@/lib/format'
import type { UnreadableRollout as Known } from '@/lib/rollouts/unreadable/schema'
import { PhaseBadge } from './phase-badge'
import { isLive, STRATEGY_WORDS, versionWord } from './words'

/** What is known of a rollout whose plan cannot be read, and what can be done: in place of its page and of its request for approval. */
export function UnreadableRollout({ rollout }: { rollout: Known }) {
  const { model, environment, strategy, phase, answers } = rollout
  return (
    <>
      <Crumb label={`${model} ${versionWord(rollout.from)} to ${versionWord(rollout.to)}`} />
      <PageHeader
        title={`${model} in ${environment}`}
        meta={
          <>
            <Badge tone="quiet">{STRATEGY_WORDS[strategy]}</Badge>
            <PhaseBadge phase={phase} />
          </>
        }
      />
      <Banner>
        {capital(rollout.why)}. {consequence(rollout)}
      </Banner>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title="What is known without it">
          <KnownFacts rollout={rollout} />
        </Card>
        <Card title="What can be done">
          <CardBody className="grid gap-2">
            <p>
              Start the release of Slipway that wrote it, or restore the database from a backup. The right document has the hash{' '}
              <Digest value={rollout.planHash} what="plan hash" />.
            </p>
            {isLive(phase) ? (
              <p>To take traffic back before that, use the text under “Without Slipway”, which engineers and SREs see below.</p>
            ) : null}
          </CardBody>
        </Card>
      </div>
      {answers.length > 0 ? (
        <Card title="Answers">
          <Answers answers={answers} />
        </Card>
      ) : null}
    </>
  )
}

function consequence({ phase }: Known): string {
  if (phase === 'awaiting-approval') return 'Nobody can say yes to a plan that cannot be read, and nothing moves by it.'
  if (!isLive(phase)) return 'It is over: nothing moves by it any more.'
  return 'An engine that cannot read it neither goes on nor goes back: traffic stays as the clusters hold it.'
}

function KnownFacts({ rollout }: { rollout: Known }) {
  const { from, to, author, createdAt, startedAt, endedAt, headline } = rollout
  return (
    <Facts>
      <Fact label="Versions">
        {versionWord(from)} to {versionWord(to)}
      </Fact>
      <Fact label="Launched">
        by {author}, <RelativeTime at={createdAt} />
      </Fact>
      {startedAt ? (
        <Fact label="Started">
          <RelativeTime at={startedAt} />
        </Fact>
      ) : null}
      {endedAt ? (
        <Fact label="Ended">
          <RelativeTime at={endedAt} />
        </Fact>
      ) : null}
      {headline ? <Fact label="Said last">{headline}</Fact> : null}
    </Facts>
  )
}
