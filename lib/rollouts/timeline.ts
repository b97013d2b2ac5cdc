import { formatCount, formatDuration, formatShare, formatWeight } from '@/lib/format'
import { explainOdds, METRIC_WORDS, verdictSentence } from './explain-verdict'
import { HOLD_WORDS, whyClause } from './explain-why'
import { weightAt } from './gate'
import type { LedgerEvent } from './ledger'
import { secondsWord } from './return-times/words'
import type { PlanDocument } from './schema'
import type { Judgement } from './verdict'

/** One line of the timeline: who or what, what happened, because. `explain` holds numbers and methods, shown on demand. */
interface LineText {
  readonly who: string
  readonly what: string
  readonly because: string | null
  readonly explain: readonly { readonly label: string; readonly value: string }[]
}

const ENGINE = 'engine'

/** A ledger event in words. */
export function lineOf(plan: PlanDocument, event: LedgerEvent): LineText {
  const line = (what: string, because: string | null = null, who = ENGINE): LineText => ({ who, what, because, explain: [] })
  switch (event.kind) {
    case 'launched':
      return line(launched(plan), askedFirst(event.approvals), event.by.name)
    case 'approved':
      return line(`Approved (${event.have} of ${event.need})`, null, event.by.name)
    case 'starting':
      return line(
        `Starts ${versionOf(plan)} on ${event.cluster}, ${event.replicas} replica${event.replicas === 1 ? '' : 's'}, no traffic yet`,
      )
    case 'step':
      return line(`Goes to ${formatWeight(event.weight)} on ${event.cluster}`, whyClause(event.why), whoOf(event.why))
    case 'acknowledged':
      return line(`${event.cluster} routes ${formatWeight(event.weight)} to ${versionOf(plan)}`)
    case 'held':
      return line(`Holds: ${HOLD_WORDS[event.hold.reason]}`, event.hold.detail || null, event.hold.by?.name)
    case 'hold-removed':
      return line(`No longer held: ${HOLD_WORDS[event.reason]}`, event.by ? 'resumed' : 'the reason is gone', event.by?.name)
    case 'hold-overdue':
      return line(
        `Still held: ${HOLD_WORDS[event.reason]}`,
        event.reason === 'stable-bad'
          ? 'the hold is past its end, and nobody has chosen'
          : 'the hold is past its end, and the plan says to stay',
      )
    case 'extended':
    case 'raised':
    case 'lowered':
    case 'mirrored':
    case 'promote-now':
      return { who: event.by?.name ?? ENGINE, what: handWhat(plan, event), because: event.reason || null, explain: [] }
    case 'wave-finished':
      return line(...finishedWords(plan, event))
    case 'returning':
      return line(`Returns to ${plan.from ? `v${plan.from.number}` : 'no version'}`, whyClause(event.why), whoOf(event.why))
    case 'ended':
      return line(`${ENDINGS[event.phase]}`, whyClause(event.why), whoOf(event.why))
    case 'watch-passed':
      return line('The watch is over: no gate failed')
    case 'watch-asks':
      return line('The watch found a fault, but the version before is bad itself: a person is asked')
    case 'watch-ended':
      return line('The watch ends: the next rollout or return begins', null, event.by.name)
    case 'watch-failed':
      return line('The watch failed: a return begins', whyClause(event.why))
    case 'wave-returned':
    case 'written':
    case 'safe':
      return line(...returnWords(plan, event))
    case 'wished':
      return line(`Wishes ${formatWeight(weightAt(plan, event.place))} as generation ${event.generation}`)
    case 'frame':
      return { ...line(`Freezes what is compared with`, frameWhy(event.frame.restart)), explain: frameRows(event) }
    case 'judged':
      return {
        ...line(judged(event.judgement), judgedWhy(event.judgement)),
        explain: event.judgement.gates.flatMap((gate) => explainGate(gate)),
      }
  }
}

/** What a person did beside pausing, resuming and returning. An extension without a person is the plan's own. */
function handWhat(
  plan: PlanDocument,
  event: LedgerEvent & { kind: 'extended' | 'raised' | 'lowered' | 'mirrored' | 'promote-now' },
): string {
  switch (event.kind) {
    case 'extended':
      return event.by ? 'Gives it more time' : 'Lets the step last once longer: a gate has no data'
    case 'raised':
      return 'Raises the share to the next step, unproven'
    case 'lowered':
      return `Takes the candidate back to 0 % from ${formatWeight(weightAt(plan, event.from))}`
    case 'mirrored':
      return event.share > 0
        ? `Sends copies of ${formatWeight(event.share)} of live requests to ${versionOf(plan)}; nobody gets its answers`
        : `Ends the copies to ${versionOf(plan)}`
    case 'promote-now':
      return 'Promotes now, without waiting for gates'
  }
}

function finishedWords(
  plan: PlanDocument,
  { cluster, soaked }: LedgerEvent & { kind: 'wave-finished' },
): [what: string, because: string | null] {
  const proven = soaked === undefined ? null : `it soaked for ${formatDuration(soaked)}, and no gate failed`
  return [`${cluster} is done: 100 % on ${versionOf(plan)}`, proven]
}

function returnWords(
  plan: PlanDocument,
  event: LedgerEvent & { kind: 'wave-returned' | 'written' | 'safe' },
): [what: string, because: string | null] {
  if (event.kind === 'wave-returned')
    return [
      event.from.step === null
        ? `Gives ${event.cluster} up alone, before it had traffic`
        : `Takes ${event.cluster} back to 0 % alone, from ${formatWeight(weightAt(plan, event.from))}`,
      whyClause(event.why),
    ]
  if (event.kind === 'written') return [`${event.cluster} routes by generation ${event.generation}`, null]
  const { decided, counted, firstBad } = event.times
  const where = event.wave === undefined ? '' : ` on ${plan.waves[event.wave].cluster}`
  if (counted === null) return [`The return was not counted as done within 10 min${where}`, null]
  const after = `${secondsWord(counted - decided)} after the decision`
  return [
    `Less than 1 % is counted${where}`,
    firstBad === null ? after : `${after}, ${secondsWord(counted - firstBad)} after the first bad slot`,
  ]
}

const ENDINGS = {
  promoted: 'Promoted',
  returned: 'Returned: every cluster acknowledges 0 %',
  aborted: 'Stopped by a person',
  failed: 'Failed to start: no traffic moved',
  cancelled: 'Cancelled',
} as const

function launched(plan: PlanDocument): string {
  const to = plan.to ? `v${plan.to.number}` : 'no version'
  const from = plan.from ? `v${plan.from.number}` : 'no version'
  return `Launched ${plan.strategy}: ${from} to ${to}${plan.sameArtifact ? ' (the same artifact: A/A)' : ''}`
}

function askedFirst(approvals: number): string | null {
  return approvals > 0 ? `${approvals} approval${approvals === 1 ? ' is' : 's are'} needed first` : null
}

function versionOf(plan: PlanDocument): string {
  return plan.to ? `v${plan.to.number}` : 'no version'
}

function whoOf(why: Parameters<typeof whyClause>[0]): string {
  return why.cause === 'person' || why.cause === 'superseded' ? why.by.name : ENGINE
}

function frameWhy(restart: boolean): string {
  return restart ? 'a fresh comparison begins beside the running ones' : 'a step is judged against what stable does now'
}

function frameRows(event: LedgerEvent & { kind: 'frame' }): { label: string; value: string }[] {
  const { frame } = event
  return [
    { label: 'Stable requests, last 60 min', value: formatCount(frame.requests) },
    { label: 'Stable errors', value: `${formatShare(frame.errorRate)} (dispersion ${frame.errorPhi.toFixed(2)})` },
    ...frame.latency.map((one) => ({
      label: `p${Number((one.quantile * 100).toFixed(1))}`,
      value: `tau ${one.tauMs.toFixed(1)} ms, tolerated ${one.candidateMs.toFixed(1)} ms, limit ${one.limitMs.toFixed(1)} ms (dispersion ${one.phi.toFixed(2)})`,
    })),
    {
      label: 'Stable accuracy',
      value: frame.accuracy ? `${formatShare(frame.accuracy.share)} of ${formatCount(frame.accuracy.labels)} labels` : 'too few labels yet',
    },
  ]
}

function judged(judgement: Judgement): string {
  const { decision } = judgement
  switch (decision.action) {
    case 'return':
      return `Decides to return: ${METRIC_WORDS[decision.blamed]}`
    case 'advance':
      return decision.why === 'without-data' ? 'Decides to advance without data' : 'Decides to advance'
    case 'extend':
      return `Has no data: ${METRIC_WORDS[decision.blamed]}`
    case 'hold':
      return `Decides to hold: ${decision.reasons.map((reason) => HOLD_WORDS[reason]).join('; ')}`
    case 'wait':
      return 'Judges, and waits'
  }
}

function judgedWhy(judgement: Judgement): string | null {
  const { decision, gates } = judgement
  const told = decision.action === 'return' ? gates.filter((gate) => gate.metric === decision.blamed) : gates
  return told.length > 0 ? told.map((gate) => `${gate.dryRun ? 'Dry run: ' : ''}${verdictSentence(gate)}`).join(' ') : null
}

function explainGate(gate: Judgement['gates'][number]): { label: string; value: string }[] {
  return explainOdds(gate).map(({ label, value }) => ({ label: `${METRIC_WORDS[gate.metric]}: ${label}`, value }))
}
