import { FULL } from '@/lib/endpoints/wish'
import { formatCount, formatDuration, formatWeight } from '@/lib/format'
import { weightAt } from './gate'
import { usualShare } from './hand'
import { previewSteps, RETURN_SECONDS, type StepPreview, type Traffic } from './preview'
import type { HoldReason, PlanDocument } from './schema'
import { soakOf } from './soak'
import type { Holding, RolloutState } from './state'
import { stepsAt } from './steps'

/** Something that a person may do with a rollout that waits, and what follows from it. */
interface HeldOption {
  readonly verb: 'resume' | 'extend' | 'raise' | 'lower' | 'mirror' | 'unmirror' | 'return'
  readonly label: string
  readonly says: string
}

/** What each step of a wave would need from now on: the burn-in of its cluster is over. */
function outlookOf(plan: PlanDocument, traffic: Traffic, wave: number): readonly StepPreview[] {
  return previewSteps({ ...plan, pace: { ...plan.pace, burnIn: 0 } }, traffic, wave)
}

/** Can the gates of the present step decide within one longest dwell, at this traffic? Where no weight is held, there is nothing to decide. */
export function stepDecides(plan: PlanDocument, state: RolloutState, traffic: Traffic): boolean {
  if (!('place' in state) || state.place.step === null) return true
  return (outlookOf(plan, traffic, state.place.wave)[state.place.step]?.seconds ?? null) !== null
}

/**
 * What a held rollout offers, each with its consequence in words and numbers. `traffic`: what the endpoint has at present on the wave's cluster; null: not
 * known. Whether one may is not said here.
 */
export function optionsOf(plan: PlanDocument, state: RolloutState, traffic: Traffic | null): HeldOption[] {
  if (state.phase === 'promoted' && state.watch === 'asks') return [afterWatch(plan)]
  if (state.phase !== 'holding' || plan.strategy === 'return') return []
  const steps = traffic ? outlookOf(plan, traffic, state.place.wave) : []
  const held: Held = { plan, state, traffic, steps, has: (reason) => holds(state, reason) }
  return [resume(held), extend(held), raise(held), lower(held), copies(held), back(held)]
    .filter((option) => option !== null)
    .map((option) => ({ ...option, says: option.says.trim() }))
}

interface Held {
  readonly plan: PlanDocument
  readonly state: Holding
  readonly traffic: Traffic | null
  readonly steps: readonly StepPreview[]
  has(reason: HoldReason): boolean
}

function holds({ holds: all }: Holding, reason: HoldReason): boolean {
  return all.some((hold) => hold.reason === reason)
}

const next = ({ plan }: Held) => `v${plan.to?.number}`
const before = ({ plan }: Held) => (plan.from ? `v${plan.from.number}` : 'no version')
const here = ({ plan, state }: Held) => weightAt(plan, state.place)
/** Where it begins again: the first share of the first wave. */
const firstWeight = (plan: PlanDocument) => stepsAt(plan, 0).find((step) => step > 0) ?? FULL

function resume(held: Held): HeldOption | null {
  const { plan, state } = held
  const option = (label: string, says: string): HeldOption => ({ verb: 'resume', label, says })
  if (held.has('lowered')) {
    const first = firstWeight(plan)
    return option(
      'Resume',
      `Begins again at ${formatWeight(first)}, and proves every step anew. ${needs(held, stepsAt(plan, 0).indexOf(first))}`,
    )
  }
  if (held.has('wave-failed')) {
    const { cluster } = plan.waves[state.place.wave]
    return option(
      'Resume',
      `Begins on ${cluster} anew at its first step; what was counted there so far no longer counts, for it or against it.`,
    )
  }
  if (held.has('approval')) return option(`Switch to ${next(held)}`, `All traffic goes to ${next(held)} at once. A fail still returns it.`)
  if (!held.has('person')) return null
  if (state.place.step === null) return option('Resume', `Goes on starting ${next(held)}; no traffic moves before it is ready.`)
  const soak = soakOf(plan, state)
  if (soak) return option('Resume', `Goes on at 100 %, and soaks anew for ${formatDuration((soak.until - soak.since) / 1_000)}.`)
  return option('Resume', `Goes on at ${formatWeight(here(held))} with a new dwell. ${needs(held, state.place.step)}`)
}

function extend(held: Held): HeldOption | null {
  const { plan, state } = held
  const { maxDwell, holdMax } = plan.pace
  const renewed = `This hold gets a new end, in ${formatDuration(holdMax)}.`
  if (held.has('stable-bad'))
    return { verb: 'extend', label: `Keep ${next(held)} at ${formatWeight(here(held))}`, says: `Nothing moves. ${renewed}` }
  if (held.has('dwell') && state.place.step !== null)
    return {
      verb: 'extend',
      label: `Extend by ${formatDuration(maxDwell)}`,
      says: `Stays at ${formatWeight(here(held))} for another dwell. ${needs(held, state.place.step)}`,
    }
  if (held.has('wave-failed')) return { verb: 'extend', label: 'Wait longer', says: `Nothing moves. ${renewed}` }
  if (held.has('no-data') || held.has('invalid') || held.has('unreachable'))
    return { verb: 'extend', label: 'Wait longer', says: `Nothing moves, and it goes on by itself when the reason is gone. ${renewed}` }
  return null
}

function raise(held: Held): HeldOption | null {
  const { plan, state, traffic } = held
  const { wave, step } = state.place
  const larger = step === null ? undefined : stepsAt(plan, wave)[step + 1]
  if (step === null || here(held) === 0 || larger === undefined || larger === FULL || !(held.has('dwell') || held.has('no-data')))
    return null
  const meets = traffic ? `About ${perSecond((traffic.requestsPerSecond * larger) / FULL)} would go to ${next(held)}. ` : ''
  return {
    verb: 'raise',
    label: `Raise to ${formatWeight(larger)}`,
    says: `Goes to the next step without proof at ${formatWeight(here(held))}; it is judged there from the beginning. ${meets}${needs(held, step + 1)}`,
  }
}

function fault(held: Held): string {
  return held.has('stable-bad') ? ` ${before(held)} is bad or not ready itself: one fault is swapped for another.` : ''
}

function lower(held: Held): HeldOption | null {
  const { plan, state } = held
  // The clusters before the present one have all traffic on it.
  if (held.has('lowered') || (here(held) === 0 && state.place.wave === 0)) return null
  const first = firstWeight(plan)
  const who = plan.from ? `All traffic goes to ${before(held)}` : 'Nobody answers: requests get 503'
  return {
    verb: 'lower',
    label: 'Back to 0 %',
    says: `${who} within about ${RETURN_SECONDS} s. The rollout stays live: pinned requests still reach ${next(held)}, and resuming begins again at ${formatWeight(first)}.${fault(held)}`,
  }
}

function copies(held: Held): HeldOption | null {
  const { plan, state, traffic } = held
  if (state.mirror)
    return {
      verb: 'unmirror',
      label: 'End the copies',
      says: `${next(held)} gets copies of ${formatWeight(state.mirror)} of live requests now. Ending them changes nothing else.`,
    }
  if (!plan.from || here(held) === FULL || held.has('takeover') || held.has('unreachable')) return null
  const share = usualShare(plan, state.place)
  const rate = traffic ? ` (about ${perSecond((traffic.requestsPerSecond * (FULL - here(held)) * share) / FULL ** 2)})` : ''
  return {
    verb: 'mirror',
    label: `Mirror ${formatWeight(share)}`,
    says: `Copies of ${formatWeight(share)} of live requests${rate} also load the replicas of ${next(held)}, and a model with side effects acts twice. Nobody gets its answers to them, and they are never evidence.`,
  }
}

function back(held: Held): HeldOption {
  const { plan, state } = held
  const none = here(held) === 0 && state.place.wave === 0
  const moves = none
    ? 'No traffic moves'
    : plan.from
      ? `All traffic goes to ${before(held)} within about ${RETURN_SECONDS} s`
      : 'No version stays'
  return {
    verb: 'return',
    label: held.has('stable-bad') ? `Return to ${before(held)} all the same` : `Return to ${before(held)}`,
    says: `${moves}, and the rollout ends.${fault(held)}`,
  }
}

function afterWatch({ from, to }: PlanDocument): HeldOption {
  return {
    verb: 'return',
    label: `Return to v${from?.number} all the same`,
    says: `A return begins: traffic goes to v${from?.number} as its capacity is ready, though it fails its own objective. Else v${to?.number} keeps all traffic.`,
  }
}

/** "At 12 requests/s its gates need about 4 min." or that they cannot decide. */
function needs({ traffic, steps, plan }: Held, step: number): string {
  const found = steps[step]
  if (!traffic || !found) return ''
  const at = `At the present ${perSecond(traffic.requestsPerSecond)}`
  if (found.seconds !== null) return `${at} ${formatWeight(found.weight)} needs about ${formatDuration(found.seconds)} to decide.`
  const slowest = Math.max(0, ...found.gates.map((gate) => gate.seconds))
  if (!Number.isFinite(slowest)) return `${at} ${formatWeight(found.weight)} cannot decide at all.`
  const most = formatDuration(plan.pace.maxDwell)
  return slowest > plan.pace.maxDwell
    ? `${at} ${formatWeight(found.weight)} needs about ${formatDuration(slowest)} to decide, longer than its longest dwell (${most}).`
    : `${at} ${formatWeight(found.weight)} cannot decide within its longest dwell (${most}).`
}

function perSecond(rate: number): string {
  return `${rate >= 10 ? formatCount(rate) : Number(rate.toFixed(2))} requests/s`
}
