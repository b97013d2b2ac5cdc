import { FULL } from '@/lib/endpoints/wish'
import { capital, formatCount, formatDuration, formatWeight } from '@/lib/format'
import { PEOPLES } from './control'
import { verdictClause, verdictSentence } from './explain-verdict'
import { HOLD_WORDS, holdSentences, whyClause } from './explain-why'
import { weightAt } from './gate'
import type { PlanDocument } from './schema'
import { soakClause, soakOf } from './soak'
import type { Holding, LiveRun, Promoted, Returning, RolloutState } from './state'
import { isHeld } from './transitions'
import type { GateVerdict, Judgement } from './verdict'

/** The sentence that stands over a rollout: page, API and notification carry the same. `judgement`: the last one; null before any. */
export function headline(plan: PlanDocument, state: RolloutState, judgement: Judgement | null, now: number): string {
  const to = plan.to ? `v${plan.to.number}` : 'no version'
  const from = plan.from ? `v${plan.from.number}` : 'no version'
  switch (state.phase) {
    case 'awaiting-approval':
      return `Waits for ${plan.approvals} approval${plan.approvals === 1 ? '' : 's'} of ${from} to ${to}; nothing moves before. Expires in ${formatDuration((state.expiresAt - now) / 1_000)}.`
    case 'starting':
      return starting(plan, state, to)
    case 'progressing':
      return plan.strategy === 'return'
        ? `Returning to ${to}: traffic follows the capacity that is ready.`
        : progressing(plan, state, judgement, now)
    case 'holding':
      return holding(plan, state, judgement, now)
    case 'returning':
      return returning(plan, state, judgement, from)
    case 'promoted':
      return promoted(plan, state, judgement, { from, to, now })
    case 'returned':
      return `Returned to ${from}: ${because(state.why, judgement)}`
    case 'aborted':
      if (state.leave) return `Ended with the route as someone else set it: ${whyClause(state.why)}.`
      return `Stopped; ${from} has all traffic: ${whyClause(state.why)}.`
    case 'failed':
      return `Never started: ${whyClause(state.why)}. No traffic moved.`
    case 'cancelled':
      return `Cancelled before anything moved: ${whyClause(state.why)}.`
  }
}

function starting(plan: PlanDocument, run: LiveRun, to: string): string {
  if (plan.strategy === 'return') return `Returning to ${to}: starting it; traffic moves as capacity is ready.`
  const { cluster, replicas } = plan.waves[run.place.wave]
  const done = plan.waves.slice(0, run.place.wave).map((wave) => wave.cluster)
  const before = done.length > 0 ? `${done.join(', ')} at 100 %. ` : ''
  return `${before}Starting ${to} on ${cluster}: no traffic there until ${replicas === 1 ? 'it is' : `all ${replicas} replicas are`} ready.`
}

function where(plan: PlanDocument, run: { place: LiveRun['place'] }): string {
  const at = formatWeight(weightAt(plan, run.place))
  return plan.waves.length > 1 ? `${at} on ${plan.waves[run.place.wave].cluster}` : at
}

function progressing(plan: PlanDocument, run: LiveRun, judgement: Judgement | null, now: number): string {
  if (run.acknowledgedAt === null) return `Moving to ${where(plan, run)}; the cluster has not acknowledged it yet.`
  const soak = soakClause(plan, run, now)
  const at = soak
    ? `At ${formatWeight(weightAt(plan, run.place))}: ${soak}.`
    : `At ${where(plan, run)} for ${formatDuration((now - run.acknowledgedAt) / 1_000)}.`
  const same = plan.sameArtifact ? ' The same artifact under another number (A/A).' : ''
  const here = judgement?.wave === run.place.wave && judgement.step === run.place.step
  if (!judgement || !here || plan.gates.length === 0)
    return `${at}${plan.gates.length === 0 ? ' This plan has no gates: nothing is compared.' : ''}${same}`
  if (judgement.dwellSeconds === 0 && warmsUp(plan, run, now))
    return `${at} Warming up: the first ${formatDuration(plan.pace.burnIn)} of traffic are not judged.${same}`
  return `${at} ${clauses(judgement)}${waiting(plan, judgement)}${extended(run, now)}${same}`
}

/** A slot is judged this long after it began, at the latest while every source reports. */
const CLOSES_WITHIN_MS = 15_000

/** In a cluster's burn-in nothing is judged, which is no lack of data. */
function warmsUp(plan: PlanDocument, run: LiveRun, now: number): boolean {
  const first = run.firstWeightAt[plan.waves[run.place.wave].clusterId]
  return first !== undefined && now < first + plan.pace.burnIn * 1_000 + CLOSES_WITHIN_MS
}

function clauses(judgement: Judgement): string {
  return `${capital(judgement.gates.map(markedClause).join('; '))}.`
}

/** A dry run is named as one; so is a gate that goes on without data. */
function markedClause(gate: GateVerdict): string {
  const clause = verdictClause(gate)
  if (gate.dryRun) return `${clause} (dry run)`
  return gate.noData === 'pass' && gate.verdict === 'no-data' ? `${clause} and passes without` : clause
}

/** A gate without data has lengthened the step. */
function extended(run: LiveRun, now: number): string {
  return run.extendedUntil ? ` The step lasts once longer, ${formatDuration((run.extendedUntil - now) / 1_000)} more at most.` : ''
}

function waiting(plan: PlanDocument, judgement: Judgement): string {
  const { decision } = judgement
  if (decision.action !== 'wait') return ''
  switch (decision.waitingFor) {
    case 'requests':
      return ` Waits for ${formatCount(Math.max(1, plan.pace.minRequests))} candidate requests, has ${formatCount(judgement.requests)}.`
    case 'dwell':
      return ` Stays ${formatDuration(plan.pace.minDwell)} at least, ${formatDuration(judgement.dwellSeconds)} counted.`
    case 'labels':
    case 'evidence': {
      const left = secondsLeft(judgement)
      return left === null ? ' Collecting evidence.' : ` About ${formatDuration(left)} more at this pace.`
    }
    default:
      return ''
  }
}

/** Evidence grows about evenly: what is missing, at the pace so far. null: no pace to speak of yet. */
export function secondsLeft(judgement: Judgement): number | null {
  const left = judgement.gates
    .filter((gate) => gate.gating && gate.verdict !== 'pass')
    .map((gate) => gateLeft(gate, judgement.dwellSeconds))
  return left.length === 0 || left.some((seconds) => seconds === null) ? null : Math.max(...left.map(Number))
}

function gateLeft(gate: GateVerdict, dwellSeconds: number): number | null {
  if (gate.verdict === 'maturing') return gate.maturity?.etaSeconds ?? null
  if (gate.verdict !== 'undecided' || gate.safe < 0.3 || dwellSeconds < 10) return null
  return Math.max(5, ((gate.safeNeeded - gate.safe) * dwellSeconds) / gate.safe)
}

function holding(plan: PlanDocument, run: Holding, judgement: Judgement | null, now: number): string {
  const paused = run.holds.length === 1 && run.holds[0].reason === 'person'
  const judged = judgement && run.holds.some((hold) => hold.reason === 'dwell') ? ` ${clauses(judgement)}` : ''
  const invalid = judgement && run.holds.some((hold) => hold.reason === 'invalid' && !hold.detail) ? notJudged(judgement) : ''
  const anew = soakOf(plan, run) ? ' Its soak begins anew when it goes on.' : ''
  return `${paused ? 'Paused' : 'Held'} ${heldAt(plan, run)}. ${holdSentences(run.holds, now)}${judged}${invalid}${anew}`
}

/** Where it is held, after "Held". */
function heldAt(plan: PlanDocument, run: Holding): string {
  const { cluster } = plan.waves[run.place.wave]
  if (isHeld(run, 'lowered')) return 'at 0 %'
  if (isHeld(run, 'wave-failed'))
    return run.acknowledgedAt === null ? `while ${cluster} goes back to 0 %, which it has not acknowledged yet` : `at 0 % on ${cluster}`
  return run.place.step === null ? 'before its first step' : `at ${where(plan, run)}`
}

/** Why the arms cannot be compared: another share of requests, or what a gate found of their kind. */
function notJudged({ share, gates }: Judgement): string {
  const other = gates.find(({ verdict, reason }) => verdict === 'invalid' && reason !== 'share-off')
  if (other && !gates.some(({ reason }) => reason === 'share-off')) return ` ${verdictSentence(other)}`
  return share
    ? ` The candidate got ${(share.counted * 100).toFixed(1)} % of requests, ${formatWeight(share.configured * FULL)} was configured.`
    : ''
}

/** A return by evidence says the numbers, not only the gate's name. */
function because(why: Returning['why'], judgement: Judgement | null): string {
  if (why.cause !== 'evidence') return `${whyClause(why)}.`
  const failed = judgement?.gates.find((gate) => gate.metric === why.blamed && gate.verdict === 'fail')
  return failed ? `${why.cluster ? `On ${why.cluster}: ` : ''}${verdictSentence(failed)}` : `${whyClause(why)}.`
}

function returning(plan: PlanDocument, state: Returning, judgement: Judgement | null, from: string): string {
  const waits = plan.waves.filter((wave) => state.waitingFor.includes(wave.clusterId)).map((wave) => wave.cluster)
  const open = waits.length > 0 ? ` ${waits.join(', ')} ${waits.length === 1 ? 'has' : 'have'} not acknowledged it yet.` : ''
  return `Returning to ${from}: ${because(state.why, judgement)}${open}`
}

function promoted(
  plan: PlanDocument,
  state: Promoted,
  judgement: Judgement | null,
  words: { from: string; to: string; now: number },
): string {
  const { from, to, now } = words
  if (plan.strategy === 'return') return plan.to ? `${to} has all traffic again.` : 'No version is live: requests get 503.'
  const live = `${to} has all traffic${plan.strategy === 'initial' ? ': the first version here' : ''}.`
  switch (state.watch) {
    case 'open':
      return `${live} Watched for ${formatDuration(((state.watchUntil ?? now) - now) / 1_000)} more, ${from} kept ready.`
    case 'failed':
      return `${live} The watch failed: ${because(watchWhy(judgement) ?? state.why, judgement)}`
    case 'passed':
      return `${live} No gate failed in the watch.`
    case 'asks':
      return `${live} The watch found a fault: ${because(watchWhy(judgement) ?? state.why, judgement)} But ${from} fails its own objective: return all the same, or keep ${to}.`
    case 'ended':
      return `${live} Its watch ended when the next rollout began.`
    default:
      return live
  }
}

function watchWhy(judgement: Judgement | null): Returning['why'] | null {
  const failed = judgement?.gates.find((gate) => gate.verdict === 'fail' && !gate.dryRun)
  return failed ? { cause: 'evidence', blamed: failed.metric, compared: failed.compared } : null
}

/** What waits for a person, as a short verb phrase for lists; null when nothing does. */
export function nextAction(state: RolloutState): string | null {
  if (state.phase === 'awaiting-approval') return 'approve or reject'
  if (state.phase === 'promoted' && state.watch === 'asks') return 'return or keep'
  if (state.phase !== 'holding') return null
  const reasons = state.holds.map((hold) => hold.reason)
  if (reasons.includes('takeover')) return 'keep theirs or restore ours'
  if (reasons.includes('stable-bad')) return 'return or stay'
  if (reasons.some((reason) => PEOPLES.includes(reason))) return 'resume or return'
  return `look: ${HOLD_WORDS[reasons[0]]}`
}
