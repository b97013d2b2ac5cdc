import { ksRadius } from '@/lib/analysis/kolmogorov'
import { accuracyPower, oneSampleRate, outlook, ratioPower } from '@/lib/analysis/power'
import { FULL } from '@/lib/endpoints/wish'
import { formatDuration, formatShare, formatWeight } from '@/lib/format'
import { ceilingShare, gateWeights, limitRatio, nextShare } from './gate'
import { lanesOf } from './lane'
import type { Gate, OutcomeGate, PlanDocument } from './schema'
import { soakSeconds } from './soak'
import { stepsAt } from './steps'

/** What the endpoint had lately on the wave's cluster. null: not known. */
export interface Traffic {
  readonly requestsPerSecond: number
  readonly errorRate: number
  readonly labelsPerSecond: number
  readonly accuracy: number | null
  /** Business metrics by name: measurements per second. */
  readonly measuredPerSecond?: Readonly<Record<string, number>>
  /** Seconds that a label takes to come, as measured. */
  readonly labelDelaySeconds: number
}

/** When one gate of one step is likely to be proven. `decides` false: not within the step's longest dwell. */
interface GateOutlook {
  readonly metric: Gate['metric']
  readonly seconds: number
  readonly decides: boolean
}

export interface StepPreview {
  readonly weight: number
  /** Expected seconds until every gate that must pass is proven, burn-in and dwell included; null: this step cannot decide. */
  readonly seconds: number | null
  /** Seconds until a candidate that is twice as bad (5 points for accuracy) is returned; null: not within the longest dwell. */
  readonly returnSeconds: number | null
  readonly gates: readonly GateOutlook[]
  readonly note: string | null
}

export interface Preview {
  readonly steps: readonly StepPreview[]
  readonly approvals: number
  /** At most this long from a fail to no traffic: slot, closing, turn, apply. */
  readonly returnSeconds: number
  readonly notes: readonly string[]
}

/** A step of a wave. */
interface At {
  readonly wave: number
  readonly step: number
}

/** A slot of 5 s, 2 s of flush, a turn and an apply of a reachable cluster. */
export const RETURN_SECONDS = 15
const REGRESSION = 2
const REGRESSION_POINTS = 5

/** What a launch is likely to do at today's traffic, before it is done. */
export function preview(plan: PlanDocument, traffic: Traffic): Preview {
  return {
    steps: previewSteps(plan, traffic, 0),
    approvals: plan.approvals,
    returnSeconds: RETURN_SECONDS,
    notes: notes(plan, traffic),
  }
}

/** The steps of one wave, at the traffic of its cluster. */
export function previewSteps(plan: PlanDocument, traffic: Traffic, wave: number): StepPreview[] {
  // A dry run is neither waited for nor returned by.
  const acting = { ...plan, gates: plan.gates.filter((gate) => !gate.dryRun) }
  return stepsAt(plan, wave).map((weight, step) => previewStep(acting, weight, { wave, step }, traffic))
}

function previewStep(plan: PlanDocument, weight: number, place: At, traffic: Traffic): StepPreview {
  const { pace } = plan
  const none = { weight, returnSeconds: null, gates: [] }
  if (weight === 0) return { ...none, seconds: 0, note: 'The preview waits for a person: look at it, then switch to it.' }
  const rate = (traffic.requestsPerSecond * weight) / FULL
  const enough = rate > 0 ? Math.max(1, pace.minRequests) / rate : Number.POSITIVE_INFINITY
  const least = pace.burnIn + Math.max(pace.minDwell, enough)
  if (weight === FULL) return { ...none, ...previewAlone(plan, place, { enough, least }) }
  const share = weight / FULL
  const weights = gateWeights(plan.gates)
  const found = plan.gates.map((gate, i) => previewGate(plan, gate, { place, share, traffic, weight: weights[i] }))
  const gating = found.filter((_, i) => isGating(plan.gates[i]))
  const longest = Math.max(least, ...gating.map(({ safe }) => pace.burnIn + safe))
  const decides = longest <= pace.maxDwell
  const fastest = pace.burnIn + Math.min(...found.map(({ worse }) => worse))
  const slow = plan.gates.filter((gate, i) => isGating(gate) && pace.burnIn + found[i].safe > pace.maxDwell).map((gate) => gate.metric)
  return {
    weight,
    seconds: decides ? longest : null,
    returnSeconds: fastest <= pace.maxDwell ? fastest : null,
    gates: plan.gates.map(({ metric }, i) => ({ metric, seconds: found[i].safe, decides: pace.burnIn + found[i].safe <= pace.maxDwell })),
    note: decides ? null : cannot(weight, slow, pace.maxDwell),
  }
}

/** At 100 % nothing is side by side: a switch and a first version are watched, a wave before the last may have to soak. */
function previewAlone(
  plan: PlanDocument,
  { wave }: At,
  { enough, least }: { enough: number; least: number },
): Pick<StepPreview, 'seconds' | 'note'> {
  const { strategy } = plan
  const soak = soakSeconds(plan, wave)
  const watched = strategy === 'blue-green' || (strategy === 'initial' && plan.gates.length > 0)
  if (!watched && soak === 0) return { seconds: 0, note: null }
  if (enough === Number.POSITIVE_INFINITY) return { seconds: null, note: 'There is no traffic to watch: it will hold for no data.' }
  const what =
    soak > 0 ? `Soaks for ${formatDuration(soak)} before ${plan.waves[wave + 1].cluster} begins, compared` : 'Watched alone, compared'
  return { seconds: Math.max(least, soak > 0 ? plan.pace.burnIn + soak : 0), note: `${what} with before: weaker than side by side.` }
}

function cannot(weight: number, slow: readonly string[], maxDwell: number): string {
  const what = slow.length > 0 ? slow.join(' and ') : 'the smallest number of requests'
  return `${formatWeight(weight)} cannot decide at today's traffic: ${what} would take longer than the longest dwell (${formatDuration(maxDwell)}). Raise the share, or the dwell.`
}

function isGating(gate: Gate): boolean {
  return !('required' in gate) || gate.required
}

/** What a return and an advance need, and how long a step may take to get there, seconds. */
function levelsOf({ alpha, alphaSafe, pace }: PlanDocument) {
  return { alpha, alphaSafe, within: pace.maxDwell }
}

/** Seconds to a proof of "within this step's limit" for a candidate like stable, and to a return of one that is clearly worse. */
function previewGate(
  plan: PlanDocument,
  gate: Gate,
  at: { place: At; share: number; traffic: Traffic; weight: number },
): { safe: number; worse: number } {
  const { share, traffic, weight } = at
  const next = nextShare(plan, at.place)
  const levels = levelsOf(plan)
  const own = traffic.requestsPerSecond * share
  const never = Number.POSITIVE_INFINITY
  if (gate.metric === 'objective') {
    const nats = traffic.errorRate < gate.max ? oneSampleRate(own, traffic.errorRate, gate.max) : 0
    return {
      safe: outlook(nats, { ...levels, alpha: plan.alphaSafe }).seconds,
      worse: outlook(oneSampleRate(own, Math.min(1, 2 * gate.max), gate.max), { ...levels, weight }).seconds,
    }
  }
  // It blames nobody; a step waits for it only where the policy asks, for as long as two empirical distributions take to come together.
  if (gate.metric === 'drift') return { safe: own > 0 ? alikeAfter(gate.maxDistance, plan.alphaSafe) / own : never, worse: never }
  if (gate.metric === 'quality' || gate.metric === 'business') return previewOutcome(plan, gate, { share, next, traffic, weight })
  if (gate.metric === 'accuracy' || gate.metric === 'accuracy-floor') {
    if (traffic.accuracy === null || traffic.labelsPerSecond === 0) return { safe: never, worse: never }
    const delay = traffic.labelDelaySeconds
    if (gate.metric === 'accuracy-floor') {
      const wrong = 1 - traffic.accuracy
      const nats = traffic.accuracy > gate.min ? oneSampleRate(traffic.labelsPerSecond * share, wrong, 1 - gate.min) : 0
      return { safe: delay + outlook(nats, { ...levels, alpha: plan.alphaSafe }).seconds, worse: never }
    }
    const points = { tolerancePoints: gate.tolerancePoints, limitPoints: gate.limitPoints / next, regressionPoints: REGRESSION_POINTS }
    const { safe, rollback } = accuracyPower({
      ...levels,
      ...points,
      labelsPerSecond: traffic.labelsPerSecond,
      share,
      accuracy: traffic.accuracy,
      weight,
    })
    return { safe: delay + safe.seconds, worse: delay + rollback.seconds }
  }
  return previewRatio(plan, gate, { share, next, traffic, weight })
}

/** Requests of the smaller arm until the radius of its distribution (the other's is no larger) is half of the distance that is allowed. */
function alikeAfter(distance: number, alpha: number): number {
  let n = 1
  while (2 * ksRadius(n, alpha / 2) > distance) n = Math.ceil(n * 1.1)
  return n
}

/** How often stable's outcomes are hits is known only once they are counted: taken as one in five. */
const ASSUMED_HITS = 0.2

function previewOutcome(
  plan: PlanDocument,
  gate: OutcomeGate,
  at: { share: number; next: number; traffic: Traffic; weight: number },
): { safe: number; worse: number } {
  const { share, next, traffic, weight } = at
  const perSecond = gate.metric === 'business' ? (traffic.measuredPerSecond?.[gate.name] ?? 0) : traffic.labelsPerSecond
  const [lane] = lanesOf({ gates: [gate] })
  const { safe, rollback } = ratioPower({
    requestsPerSecond: perSecond,
    share,
    stableRate: ASSUMED_HITS,
    tolerance: gate.tolerance,
    limit: limitRatio(lane, next, 1),
    regression: REGRESSION,
    ...levelsOf(plan),
    weight,
    exact: true,
  })
  return { safe: traffic.labelDelaySeconds + safe.seconds, worse: traffic.labelDelaySeconds + rollback.seconds }
}

function previewRatio(
  plan: PlanDocument,
  gate: Gate & { metric: 'errors' | 'latency' },
  at: { share: number; next: number; traffic: Traffic; weight: number },
): { safe: number; worse: number } {
  const { share, next, traffic, weight } = at
  const levels = levelsOf(plan)
  const requestsPerSecond = traffic.requestsPerSecond
  if (gate.metric === 'errors') {
    const [lane] = lanesOf({ gates: [gate] })
    const stableRate = traffic.errorRate
    const limit = limitRatio(lane, next, 1)
    const power = ratioPower({
      ...levels,
      requestsPerSecond,
      share,
      stableRate,
      tolerance: gate.tolerance,
      limit,
      regression: REGRESSION,
      weight,
    })
    const ceiling = ceilingShare(gate, stableRate, next)
    // Half of the evidence each: the ratio, or the absolute ceiling, whichever is proven first.
    const alone = outlook(stableRate < ceiling ? oneSampleRate(requestsPerSecond * share, stableRate, ceiling) : 0, {
      ...levels,
      alpha: plan.alphaSafe,
      weight: 0.5,
    })
    const above = Math.max(REGRESSION * stableRate, 5 * gate.floor)
    const worse =
      power.rollback.seconds === Number.POSITIVE_INFINITY && above > gate.floor
        ? outlook(oneSampleRate(requestsPerSecond * share, Math.min(0.99, above), Math.max(gate.floor, 1e-4)), { ...levels, weight })
            .seconds
        : power.rollback.seconds
    return { safe: Math.min(power.safe.seconds, alone.seconds), worse }
  }
  const found = lanesOf({ gates: [gate] }).map((lane) => {
    const stableRate = 1 - gate.quantiles[lane.index ?? 0]
    // Before 100 % the limit threshold decides: a flat candidate has about half of stable's share above it.
    const limit = next < 1 ? limitRatio(lane, next, 1) : REGRESSION
    const ratio = ratioPower({
      ...levels,
      requestsPerSecond,
      share,
      stableRate,
      tolerance: 1,
      limit,
      regression: REGRESSION,
      weight: weight / gate.quantiles.length,
      exact: lane.exact,
    })
    return { safe: ratio.safe.seconds, worse: ratio.rollback.seconds }
  })
  return { safe: Math.max(...found.map(({ safe }) => safe)), worse: Math.min(...found.map(({ worse }) => worse)) }
}

function notes(plan: PlanDocument, traffic: Traffic): string[] {
  const found: string[] = []
  if (plan.sameArtifact) found.push('Both versions are the same artifact: an A/A, which should pass.')
  if (plan.gates.length === 0)
    found.push(
      plan.strategy === 'initial' ? 'A first version has nothing to compare with.' : 'This plan has no gates: nothing is compared.',
    )
  if (traffic.requestsPerSecond === 0 && plan.from)
    found.push('This endpoint has no traffic now: without requests nothing can be proven, and the rollout will hold.')
  const accuracy = plan.gates.find((gate) => gate.metric === 'accuracy')
  if (accuracy && (traffic.accuracy === null || traffic.labelsPerSecond === 0))
    found.push(
      accuracy.required
        ? 'No labels come for this endpoint: accuracy cannot be proven, and each step will hold.'
        : 'No labels come for this endpoint: accuracy will not be judged.',
    )
  const errors = plan.gates.find((gate) => gate.metric === 'errors')
  if (errors && traffic.errorRate > 0.2) found.push(`Stable itself fails ${formatShare(traffic.errorRate)} of requests.`)
  return found
}
