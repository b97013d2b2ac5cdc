import { binomial, type Random, seeded } from '@/lib/analysis/chance'
import { createSketch, type LatencySketch } from '@/lib/analysis/sketch'
import { FULL } from '@/lib/endpoints/wish'
import { ACKNOWLEDGED } from '../evidence'
import { countLabels, countSlot, type Frame, freeze, type Reference, type SlotArm } from '../frame'
import { decide, fold, start } from '../judge'
import { isAbsolute } from '../lane'
import type { Gate, PlanDocument } from '../schema'
import type { Place } from '../state'
import { stepsAt } from '../steps'

/** One minute of the live version on one cluster; `at`: its start, ms. Outcomes by their time of ingest. */
export interface PastMinute {
  readonly at: number
  readonly n: number
  readonly bad: number
  readonly latency: LatencySketch
  readonly labels: number
  readonly wrong: number
}

/** How often a gate would have returned a version that was good enough to stay: of so many trials with half an hour each. null: not tried that way. */
export interface GateBacktest {
  readonly metric: Gate['metric']
  /** Against itself, side by side: its own requests, divided by the plan's first share. */
  readonly beside: { readonly trials: number; readonly fired: number } | null
  /** Alone against the hour before, as after 100 % and after a blue/green's switch; for absolute gates: against their number. */
  readonly alone: { readonly trials: number; readonly fired: number } | null
}

const MINUTE_MS = 60_000
const HOUR = 60
const TRIAL = 30
const TRIALS_MAX = 42
/** A verdict is asked for every so many minutes: what it folds is the same. */
const LOOK_EVERY = 3
const TRIED: readonly Gate['metric'][] = ['errors', 'latency', 'accuracy', 'objective', 'accuracy-floor']

/**
 * Runs each gate of a plan over what the live version did, as if it had been its own candidate: half-hour trials, evenly spread, each with the hour before it as
 * its reference. The same frame and judge as in a rollout. `minutes` in time order, gaps allowed; the same input gives the same answer. It computes for seconds:
 * `breathe` is awaited after each trial, so that others get their turn.
 */
export async function backtest(plan: PlanDocument, minutes: readonly PastMinute[], breathe: () => Promise<void>): Promise<GateBacktest[]> {
  const starts = startsOf(minutes)
  const found: GateBacktest[] = []
  for (const gate of plan.gates) {
    if (!TRIED.includes(gate.metric)) {
      found.push({ metric: gate.metric, beside: null, alone: null })
      continue
    }
    const waves = plan.waves.map(({ steps: _own, ...wave }) => wave)
    const alone = { ...plan, strategy: 'canary' as const, gates: [gate], waves, steps: [FULL], observe: undefined }
    const first = stepsAt(plan, 0).find((step) => step > 0) ?? FULL
    const run = (tried: PlanDocument) => count(tried, minutes, starts, breathe)
    const beside = isAbsolute(gate) || first === FULL ? null : await run({ ...alone, steps: [first, FULL] })
    found.push({ metric: gate.metric, beside, alone: await run(alone) })
  }
  return found
}

/** Indices at which a trial can begin: an hour before it and half an hour after it was counted. */
function startsOf(minutes: readonly PastMinute[]): number[] {
  const first = minutes[0]
  if (!first) return []
  const possible = minutes.flatMap((minute, i) => {
    const end = minutes[i + TRIAL - 1]
    return minute.at >= first.at + HOUR * MINUTE_MS && end && end.at - minute.at < 2 * TRIAL * MINUTE_MS ? [i] : []
  })
  const count = Math.min(TRIALS_MAX, Math.ceil(possible.length / TRIAL))
  return Array.from({ length: count }, (_, k) => possible[Math.floor((k * possible.length) / count)])
}

async function count(
  plan: PlanDocument,
  minutes: readonly PastMinute[],
  starts: readonly number[],
  breathe: () => Promise<void>,
): Promise<{ trials: number; fired: number }> {
  const results: (boolean | null)[] = []
  for (const [k, at] of starts.entries()) {
    results.push(fires(plan, minutes, at, seeded(k + 1)))
    await breathe()
  }
  return { trials: results.filter((fired) => fired !== null).length, fired: results.filter(Boolean).length }
}

/** null: the hour before holds too little to freeze a frame from, or nothing that this gate counts. */
function fires(plan: PlanDocument, minutes: readonly PastMinute[], at: number, random: Random): boolean | null {
  const place: Place = { wave: 0, step: 0 }
  const [{ clusterId }] = plan.waves
  const [weight] = plan.steps
  const since = minutes[at].at
  const before = minutes.slice(0, at).filter((minute) => minute.at >= since - HOUR * MINUTE_MS)
  const frozen = freeze(plan, place, referenceOf(before), [], since)
  if (!frozen.ok) return null
  const { frame } = frozen
  const bench = start(plan)
  fold(bench, { kind: 'generation', generation: 1, place, weights: { [clusterId]: weight } })
  fold(bench, { kind: 'frame', frame })
  const trial = minutes.slice(at, at + TRIAL)
  for (const [i, minute] of trial.entries()) {
    const row = { cluster: clusterId, slot: minute.at, generation: 1, frame: frame.number, flags: ACKNOWLEDGED }
    fold(bench, { kind: 'evidence', row: { ...row, counts: trafficOf(plan, frame, minute, weight / FULL, random) } })
    fold(bench, { kind: 'labels', row: { ...row, counts: labelsOf(minute, weight / FULL, random) } })
    if ((i + 1) % LOOK_EVERY !== 0) continue
    const { action } = decide(bench, { place, acknowledgedAt: since, now: minute.at + MINUTE_MS }).decision
    // A stable that fails its own objective is asked about, not returned: for the gate it is the same.
    if (action === 'return' || (action === 'hold' && bench.waves.flat().some(({ stable }) => stable !== null))) return true
  }
  return false
}

function referenceOf(before: readonly PastMinute[]): Reference {
  const labels = before.map(({ wrong: x, labels: n }) => ({ x, n }))
  const sum = (pick: (one: { x: number; n: number }) => number) => labels.reduce((total, one) => total + pick(one), 0)
  return { blocks: before, labels: { x: sum((one) => one.x), n: sum((one) => one.n), blocks: labels }, byKey: false }
}

function trafficOf(plan: PlanDocument, frame: Frame, minute: PastMinute, share: number, random: Random): number[] {
  if (share === 1) return countSlot(plan, frame, { whole: minute }, { whole: null })
  const taken = createSketch()
  const left = createSketch()
  let nC = 0
  for (const [k, n] of minute.latency.counts.entries()) {
    if (n === 0) continue
    const own = binomial(random, n, share)
    taken.counts[k] = own
    left.counts[k] = n - own
    nC += own
  }
  const xC = Math.min(nC, binomial(random, minute.bad, share))
  const candidate: SlotArm = { n: nC, bad: xC, latency: taken }
  const rest = Math.max(0, minute.n - nC)
  return countSlot(plan, frame, { whole: candidate }, { whole: { n: rest, bad: Math.min(rest, minute.bad - xC), latency: left } })
}

function labelsOf({ labels, wrong }: PastMinute, share: number, random: Random): number[] {
  if (share === 1) return countLabels(1, [{ x: wrong, n: labels }], null)
  const own = { x: binomial(random, wrong, share), n: binomial(random, labels - wrong, share) }
  return countLabels(1, [{ x: own.x, n: own.x + own.n }], [{ x: wrong - own.x, n: labels - own.x - own.n }])
}
