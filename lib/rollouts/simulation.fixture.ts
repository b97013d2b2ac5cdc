import { gaussian, poisson, type Random, seeded } from '@/lib/analysis/chance'
import { createSketch, type LatencySketch, record } from '@/lib/analysis/sketch'
import { FULL } from '@/lib/endpoints/wish'
import { flagsOf, SLOT_MS } from './evidence'
import { countLabels, countSlot, type Frame, frameDue, freeze, type Reference, type ReferenceBlock } from './frame'
import { weightAt } from './gate'
import { type Bench, decide, fold, type JudgeInput, start } from './judge'
import { advance, type ClusterView, launchState } from './machine'
import { Gate, Pace, PlanDocument } from './schema'
import type { LiveRun, RolloutState } from './state'
import type { Judgement } from './verdict'

// Simulated traffic folded through frame, judge and machine: what the engine does, without database and clusters.

export const T0 = 1_800_000_000_000
export const CLUSTERS = ['01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-0000000000c2']
const ids = [1, 2, 3, 4].map((n) => `01900000-0000-7000-8000-00000000000${n}`)

export const GATES: Gate[] = [
  Gate.parse({ metric: 'errors', floor: 0.01 }),
  Gate.parse({ metric: 'latency' }),
  Gate.parse({ metric: 'accuracy' }),
]

export function planOf(over: Partial<PlanDocument> = {}): PlanDocument {
  return PlanDocument.parse({
    rolloutId: ids[0],
    strategy: 'canary',
    endpoint: { id: ids[1], model: 'flight-delay', environment: 'prod' },
    from: { id: ids[2], number: 1, digest: 'a'.repeat(64) },
    to: { id: ids[3], number: 2, digest: 'b'.repeat(64) },
    waves: [{ clusterId: CLUSTERS[0], cluster: 'on-prem', replicas: 1 }],
    steps: [500, 2500, 5000, FULL],
    gates: GATES,
    pace: Pace.parse({ burnIn: 15, minDwell: 30 }),
    alpha: 0.05,
    alphaSafe: 0.05,
    approvals: 0,
    policyVersion: 1,
    alias: null,
    sameArtifact: false,
    authors: [],
    ...over,
  })
}

/** How one version answers. Latency is lognormal around `ms`. */
export interface Behaviour {
  bad: number
  ms: number
  accuracy: number
}
export const STABLE: Behaviour = { bad: 0.005, ms: 80, accuracy: 0.72 }

function arm(rng: Random, n: number, how: Behaviour): { n: number; bad: number; wrong: number; latency: LatencySketch } {
  const latency = createSketch()
  let [bad, wrong] = [0, 0]
  for (let i = 0; i < n; i += 1) {
    record(latency, how.ms * Math.exp(0.7 * gaussian(rng)))
    if (rng() < how.bad) bad += 1
    if (rng() >= how.accuracy) wrong += 1
  }
  return { n, bad, wrong, latency }
}

function reference(rng: Random, rate: number, labelled: boolean): Reference {
  const blocks: ReferenceBlock[] = []
  const labels: { x: number; n: number }[] = []
  for (let i = 0; i < 10; i += 1) {
    const { n, bad, wrong, latency } = arm(rng, poisson(rng, rate * 30), STABLE)
    blocks.push({ n, bad, latency })
    labels.push({ x: wrong, n })
  }
  const sum = (pick: (block: { x: number; n: number }) => number) => labels.reduce((total, block) => total + pick(block), 0)
  return { blocks, labels: labelled ? { x: sum((b) => b.x), n: sum((b) => b.n), blocks: labels } : null, byKey: false }
}

export interface World {
  plan: PlanDocument
  seed: number
  rate: number
  candidate: (secondsIn: number) => Behaviour
  seconds: number
  /** Stops at the first decision to return or at the end; without it the machine goes on to the end. */
  labelled?: boolean
  /** Stays at the first step: only the judge looks. */
  still?: boolean
}

export interface Outcome {
  state: RolloutState
  inputs: JudgeInput[]
  last: Judgement
  seconds: number
  bench: Bench
  kinds: string[]
}

/** Runs a rollout slot by slot; every weight is acknowledged at once, every label comes within its slot. */
export function simulate(world: World): Outcome {
  const run = new Run(world)
  run.turn(T0, null)
  run.turn(T0, null)
  for (let slot = T0; slot < T0 + world.seconds * 1_000; slot += SLOT_MS) if (!run.slot(slot)) break
  return run.outcome()
}

class Run {
  readonly rng: Random
  readonly base: Reference
  readonly bench: Bench
  readonly inputs: JudgeInput[] = []
  readonly kinds: string[] = []
  readonly frames: Frame[] = []
  state: RolloutState
  generation = 0
  last: Judgement | null = null
  seconds = 0

  constructor(readonly world: World) {
    this.rng = seeded(world.seed)
    this.base = reference(this.rng, world.rate, world.labelled ?? true)
    this.bench = start(world.plan)
    this.state = launchState(world.plan, T0).state
  }

  put(input: JudgeInput): void {
    this.inputs.push(input)
    fold(this.bench, input)
  }

  turn(now: number, judgement: Judgement | null): void {
    const { plan } = this.world
    const [{ clusterId }] = plan.waves
    const weight = 'place' in this.state && this.state.phase !== 'returning' ? weightAt(plan, this.state.place) : 0
    const view: ClusterView = {
      clusterId,
      reachable: true,
      seenAt: now,
      acknowledged: true,
      candidate: { weight, ready: 1 },
      stable: { weight: FULL - weight, ready: 1 },
      takeover: false,
    }
    const moved = advance(plan, this.state, { kind: 'observed', clusters: [view], decision: judgement?.decision ?? null }, now)
    if (!moved.ok) throw new Error(moved.refusal.code)
    for (const event of moved.events) {
      this.kinds.push(event.kind)
      if (event.kind !== 'step') continue
      this.generation += 1
      this.put({ kind: 'generation', generation: this.generation, place: event.place, weights: { [clusterId]: event.weight } })
    }
    this.state = moved.next
  }

  /** One slot: frame when due, traffic, verdict, machine. False when the rollout moves no traffic any more. */
  slot(slot: number): boolean {
    const { state, world, frames } = this
    if (state.phase !== 'progressing' && state.phase !== 'holding') return false
    const { place } = state
    if (frameDue(world.plan, state, frames, 1_000, slot)) {
      const frozen = freeze(world.plan, place, this.base, frames, slot)
      if (!frozen.ok) throw new Error(`The reference has ${frozen.have} requests.`)
      frames.push(frozen.frame)
      this.put({ kind: 'frame', frame: frozen.frame })
    }
    this.traffic(slot, state)
    // Looking every 10 s halves the cost of many seeds.
    if (world.still && (slot / SLOT_MS) % 2 === 0) return true
    this.last = decide(this.bench, { place, acknowledgedAt: state.acknowledgedAt, now: slot + SLOT_MS + 2_000 })
    this.seconds = (slot - T0) / 1_000 + 5
    if (world.still && this.last.decision.action !== 'return') return true
    this.turn(this.last.now, this.last)
    if (this.state.phase === 'progressing' && this.state.acknowledgedAt === null) this.turn(this.last.now, null)
    return true
  }

  traffic(slot: number, state: LiveRun): void {
    const { rng, world, frames } = this
    const [{ clusterId: cluster }] = world.plan.waves
    const share = weightAt(world.plan, state.place) / FULL
    const total = poisson(rng, world.rate * 5)
    const nC = Array.from({ length: total }, rng).filter((u) => u < share).length
    const candidate = arm(rng, nC, world.candidate((slot - T0) / 1_000))
    const stable = arm(rng, total - nC, STABLE)
    const frame = frames[frames.length - 1]
    const { acknowledgedAt } = state
    const firstWeightAt = state.firstWeightAt[cluster] ?? null
    const flags = flagsOf({ slot, acknowledgedAt, supersededAt: null, firstWeightAt, burnIn: world.plan.pace.burnIn, incomplete: false })
    const row = { cluster, slot, generation: this.generation, frame: frame.number, flags }
    this.put({ kind: 'evidence', row: { ...row, counts: countSlot(world.plan, frame, { whole: candidate }, { whole: stable }) } })
    if (world.labelled ?? true)
      this.put({
        kind: 'labels',
        row: { ...row, counts: countLabels(1, [{ x: candidate.wrong, n: candidate.n }], [{ x: stable.wrong, n: stable.n }]) },
      })
  }

  outcome(): Outcome {
    const { state, inputs, last, seconds, bench, kinds } = this
    if (!last) throw new Error('Nothing was judged.')
    return { state, inputs, last, seconds, bench, kinds }
  }
}
