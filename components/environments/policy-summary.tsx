import { Fact, Facts } from '@/components/approvals/facts'
import { allStepWords, gateSentence, soakWords, watchWords, waveFailWords } from '@/components/approvals/gate-words'
import { GateTerms } from '@/components/rollouts/gate-terms'
import { formatCount, formatDuration } from '@/lib/format'
import type { Policy } from '@/lib/rollouts/schema'

/** A policy in words. */
export function PolicySummary({ policy }: { policy: Policy }) {
  const { pace } = policy
  return (
    <Facts>
      <Fact label="Approvals">
        {policy.approvals === 0 ? 'none: a launch starts at once' : `${policy.approvals}, by approvers who did not write plan or version`}
      </Fact>
      <Fact label="Alias">{policy.alias ? `a promotion moves ${policy.alias}` : 'a promotion moves none'}</Fact>
      <Fact label="Steps">{allStepWords(policy.steps, policy.clusterSteps)}</Fact>
      <Fact label="Gates">
        {policy.gates.length === 0 ? 'none: nothing is judged' : null}
        {policy.gates.map((gate) => (
          <span key={gate.metric} className="block">
            {gateSentence(gate)} <GateTerms gate={gate} />
          </span>
        ))}
      </Fact>
      <Fact label="First version">
        {policy.initialGates.length === 0 ? 'not judged: nothing to compare with' : null}
        {policy.initialGates.map((gate) => (
          <span key={gate.metric} className="block">
            {gateSentence(gate)} <GateTerms gate={gate} />
          </span>
        ))}
      </Fact>
      <Fact label="Pace">
        Burn-in {formatDuration(pace.burnIn)}; at each step at least {formatDuration(pace.minDwell)} and {formatCount(pace.minRequests)}{' '}
        requests, at most {formatDuration(pace.maxDwell)}; a hold ends after {formatDuration(pace.holdMax)}:{' '}
        {pace.holdEnd === 'return' ? 'it returns' : 'it stays'}.
      </Fact>
      {pace.soak ? <Fact label="Soak">{soakWords(pace.soak)}</Fact> : null}
      <Fact label="A cluster fails">{waveFailWords(pace.waveFail)}</Fact>
      <Fact label="Watch">{watchWords(pace.watch)}</Fact>
    </Facts>
  )
}
