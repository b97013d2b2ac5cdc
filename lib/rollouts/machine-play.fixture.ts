import fc from 'fast-check'
import { FULL } from '@/lib/endpoints/wish'
import { desired } from './desired'
import type { LedgerEvent } from './ledger'
import { advance, type ClusterView, type Input, launchState } from './machine'
import { alone, by, soaks, twoWaves } from './machine.fixture'
import type { PlanDocument } from './schema'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'
import type { RolloutState } from './state'
import type { Decision } from './verdict'

// Any order of events, sensible or not: what is thrown at the machine, and how it is played.

/** Waves with steps of their own, and a soak that a short story reaches the end of. */
export const brief: PlanDocument = {
  ...soaks,
  waves: soaks.waves.map((wave, i) => ({ ...wave, steps: i === 0 ? [FULL] : [100, FULL] })),
  pace: { ...soaks.pace, soak: 20 },
}
const plans: PlanDocument[] = [
  planOf(),
  twoWaves,
  soaks,
  brief,
  alone,
  planOf({ approvals: 1 }),
  planOf({ strategy: 'blue-green', steps: [0, FULL] }),
  planOf({ strategy: 'initial', steps: [FULL], gates: [], from: null }),
  { ...twoWaves, strategy: 'return', steps: [FULL], gates: [], waves: twoWaves.waves.map((wave) => ({ ...wave, replicas: 2 })) },
  { ...twoWaves, strategy: 'return', steps: [FULL], gates: [], to: null },
  { ...twoWaves, strategy: 'return', steps: [FULL], gates: [], from: null },
]
const decisions: (Decision | null)[] = [
  null,
  { action: 'wait', waitingFor: 'evidence' },
  { action: 'advance', why: 'proven' },
  { action: 'advance', why: 'dwelt' },
  { action: 'return', blamed: 'errors', compared: 'side-by-side' },
  { action: 'hold', reasons: ['no-data'] },
  { action: 'hold', reasons: ['invalid', 'stable-bad'] },
  { action: 'advance', why: 'without-data' },
  { action: 'extend', blamed: 'errors' },
  { action: 'return', blamed: 'errors', compared: 'side-by-side', noData: true },
  { action: 'return', blamed: 'errors', compared: 'side-by-side', wave: 1 },
  { action: 'return', blamed: 'errors', compared: 'before', wave: 0 },
]
/** Index of the decision by which the second wave fails. */
export const WAVE_FAILS = decisions.length - 2
export const person = { by, reason: '' }
const commands: Input[] = [
  { kind: 'approve-complete', otherLive: false, fromIsLive: true },
  ...(['pause', 'resume', 'promote-now', 'extend', 'lower', 'takeover-keep', 'takeover-restore'] as const).map((kind) => ({
    kind,
    ...person,
  })),
  { kind: 'raise', ...person, decides: false },
  { kind: 'mirror', ...person, share: null, able: true },
  { kind: 'unmirror', ...person },
  { kind: 'return', ...person },
]

interface Beat {
  command: number | null
  decision: number
  ready: number
  reachable: boolean
  takeover: boolean
  follows: boolean
  seconds: number
}
export const beat = fc.record<Beat>({
  command: fc.option(fc.nat(commands.length - 2), { freq: 6, nil: null }),
  decision: fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(decisions.length - 1) }),
  ready: fc.oneof({ weight: 6, arbitrary: fc.constant(2) }, { weight: 1, arbitrary: fc.nat(2) }),
  reachable: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  takeover: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  follows: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  seconds: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 20_000 }) },
  ),
})
const story = fc.tuple(fc.constantFrom(...plans), fc.array(beat, { maxLength: 60 }))

export interface Moment {
  before: RolloutState
  after: RolloutState
  input: Input
  events: readonly LedgerEvent[]
  now: number
}

/** Plays a story: clusters acknowledge what is desired when `follows`. */
export function play(plan: PlanDocument, beats: readonly Beat[]): Moment[] {
  let { state } = launchState(plan, T0)
  let now = T0
  const weights = new Map(CLUSTERS.map((id) => [id, 0]))
  const moments: Moment[] = []
  for (const one of beats) {
    now += one.seconds * 1_000
    const wish = desired(plan, state, now)
    if (one.follows && wish)
      for (const cluster of wish) weights.set(cluster.clusterId, cluster.arms.find((arm) => arm.arm === 'candidate')?.weight ?? 0)
    const clusters = plan.waves.map(
      ({ clusterId }): ClusterView => ({
        clusterId,
        reachable: one.reachable,
        seenAt: one.reachable ? now : T0,
        acknowledged: one.follows,
        candidate: { weight: weights.get(clusterId) ?? 0, ready: one.ready },
        stable: { weight: FULL - (weights.get(clusterId) ?? 0), ready: 1 },
        takeover: one.takeover,
      }),
    )
    const input: Input = one.command === null ? { kind: 'observed', clusters, decision: decisions[one.decision] } : commands[one.command]
    const result = advance(plan, state, input, now)
    if (!result.ok) continue
    moments.push({ before: state, after: result.next, input, events: result.events, now })
    state = result.next
  }
  return moments
}

/** Plays 400 stories, and looks at every moment of them. */
export const check = (holds: (moment: Moment, plan: PlanDocument) => void) =>
  fc.assert(
    fc.property(story, ([plan, beats]) => {
      for (const moment of play(plan, beats)) holds(moment, plan)
    }),
    { numRuns: 400, seed: 42 },
  )
