import type { Random } from '@/lib/analysis/chance'
import { createSketch } from '@/lib/analysis/sketch'
import { FULL } from '@/lib/endpoints/wish'
import { flagsOf, SLOT_MS } from '@/lib/rollouts/evidence'
import { type Frame, frameDue, freeze, type ReferenceBlock } from '@/lib/rollouts/frame'
import { weightAt } from '@/lib/rollouts/gate'
import { type Bench, decide, fold, start } from '@/lib/rollouts/judge'
import { advance, type ClusterView, launchState } from '@/lib/rollouts/machine'
import type { PlanDocument } from '@/lib/rollouts/schema'
import { CLUSTERS, planOf, T0 } from '@/lib/rollouts/simulation.fixture'
import type { RolloutState } from '@/lib/rollouts/state'
import { drawSlot, SLOT_SECONDS, type Slot, type Traffic } from './world'

/** How a run ended: after how many seconds, and how many bad requests the candidate had answered by then. */
export interface Ended {
  readonly end: 'returned' | 'promoted' | 'open'
  readonly seconds: number
  readonly bad: number
}

const BLOCK_SLOTS = 6
const HOUR_BLOCKS = 120
const [CLUSTER] = CLUSTERS
const NO_LATENCY = createSketch()

/** What a gate counts in one slot, in the order of `counters`: the errors gate's four, or with latency's behind them. */
export type Count = (slot: number, share: number, frame: Frame) => { counts: number[]; stable: { n: number; bad: number } }

export interface Canary {
  readonly plan: PlanDocument
  readonly count: Count
  /** Stable's last hour, in blocks of 30 s. */
  readonly reference: ReferenceBlock[]
  readonly slots: number
  /** Stays at its first step: only a return ends it. */
  readonly still: boolean
}

/** Runs a canary through the frame, the judge and the machine that the engine runs; every weight is acknowledged at once. */
export function runOurs(canary: Canary): Ended {
  return new Run(canary).toEnd()
}

/** A canary judged by errors alone. `steps` in basis points; one share and `still` for a canary that stays there. */
export function errorsCanary(
  random: Random,
  traffic: Traffic,
  options: { steps: number[]; slots: number; still: boolean; burnIn?: number },
): Canary {
  const { steps, slots, still, burnIn = 0 } = options
  const plan = planOf({
    steps: steps.at(-1) === FULL ? steps : [...steps, FULL],
    gates: [{ metric: 'errors', tolerance: 1.2, limit: 2, floor: 0.001, ceiling: 2 }],
    pace: { ...planOf().pace, burnIn, minDwell: 30, minRequests: 100 },
  })
  const reference = Array.from({ length: HOUR_BLOCKS }, (_, i): ReferenceBlock => {
    const sum = { n: 0, bad: 0, latency: NO_LATENCY }
    for (let j = 0; j < BLOCK_SLOTS; j += 1) {
      const { nS, xS } = drawSlot(random, traffic, (i - HOUR_BLOCKS) * BLOCK_SLOTS + j, 0)
      sum.n += nS
      sum.bad += xS
    }
    return sum
  })
  const count: Count = (slot, share) => {
    const { xC, nC, xS, nS }: Slot = drawSlot(random, traffic, slot, share)
    return { counts: [nC, nS, xC, xS], stable: { n: nS, bad: xS } }
  }
  return { plan, count, reference, slots, still }
}

class Run {
  readonly bench: Bench
  readonly frames: Frame[] = []
  readonly blocks: ReferenceBlock[]
  state: RolloutState
  generation = 0
  bad = 0

  constructor(readonly canary: Canary) {
    this.bench = start(canary.plan)
    this.blocks = [...canary.reference]
    this.state = launchState(canary.plan, T0).state
  }

  toEnd(): Ended {
    this.turn(T0, null)
    this.turn(T0, null)
    for (let slot = 0; slot < this.canary.slots; slot += 1) {
      const seconds = (slot + 1) * SLOT_SECONDS
      const action = this.slot(slot)
      if (action === 'return') return { end: 'returned', seconds, bad: this.bad }
      if (this.state.phase === 'promoted') return { end: 'promoted', seconds, bad: this.bad }
    }
    return { end: 'open', seconds: this.canary.slots * SLOT_SECONDS, bad: this.bad }
  }

  slot(number: number): string {
    const { state, canary, frames } = this
    if (state.phase !== 'progressing' && state.phase !== 'holding') throw new Error(`A canary in phase ${state.phase} has no slot.`)
    const { place, acknowledgedAt } = state
    const slot = T0 + number * SLOT_MS
    if (frameDue(canary.plan, state, frames, 0, slot)) this.freeze(place, slot)
    const share = weightAt(canary.plan, place) / FULL
    const frame = frames[frames.length - 1]
    const { counts, stable } = canary.count(number, share, frame)
    this.bad += counts[2]
    this.keep(number, stable)
    const firstWeightAt = state.firstWeightAt[CLUSTER] ?? null
    const { burnIn } = canary.plan.pace
    const flags = flagsOf({ slot, acknowledgedAt, supersededAt: null, firstWeightAt, burnIn, incomplete: false })
    fold(this.bench, { kind: 'evidence', row: { cluster: CLUSTER, slot, generation: this.generation, frame: frame.number, flags, counts } })
    const judgement = decide(this.bench, { place, acknowledgedAt, now: slot + SLOT_MS })
    const { action } = judgement.decision
    if (action === 'return' || canary.still) return action
    this.turn(judgement.now, judgement.decision)
    if (this.state.phase === 'progressing' && this.state.acknowledgedAt === null) this.turn(judgement.now, null)
    return action
  }

  freeze(place: Frame['place'], at: number): void {
    const frozen = freeze(this.canary.plan, place, { blocks: this.blocks.slice(-HOUR_BLOCKS), labels: null, byKey: false }, this.frames, at)
    if (!frozen.ok) throw new Error(`The reference has ${frozen.have} requests of ${frozen.need}.`)
    this.frames.push(frozen.frame)
    fold(this.bench, { kind: 'frame', frame: frozen.frame })
  }

  /** What stable answers becomes part of the hour that later frames rest on. */
  keep(number: number, { n, bad }: { n: number; bad: number }): void {
    const last = this.blocks[this.blocks.length - 1]
    if (number % BLOCK_SLOTS === 0) this.blocks.push({ n, bad, latency: last.latency })
    else this.blocks[this.blocks.length - 1] = { n: last.n + n, bad: last.bad + bad, latency: last.latency }
  }

  turn(now: number, decision: ReturnType<typeof decide>['decision'] | null): void {
    const { plan } = this.canary
    const weight = 'place' in this.state && this.state.phase !== 'returning' ? weightAt(plan, this.state.place) : 0
    const arms = { candidate: { weight, ready: 1 }, stable: { weight: FULL - weight, ready: 1 } }
    const view: ClusterView = { clusterId: CLUSTER, reachable: true, seenAt: now, acknowledged: true, takeover: false, ...arms }
    const moved = advance(plan, this.state, { kind: 'observed', clusters: [view], decision }, now)
    if (!moved.ok) throw new Error(moved.refusal.code)
    for (const event of moved.events) {
      if (event.kind !== 'step') continue
      this.generation += 1
      const weights = { [CLUSTER]: event.weight }
      fold(this.bench, { kind: 'generation', generation: this.generation, place: event.place, weights })
    }
    this.state = moved.next
  }
}
