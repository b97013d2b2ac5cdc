import type { ClusterView, Input } from './machine'
import type { PlanDocument } from './schema'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'
import type { Hold, Holding, LiveRun, RolloutState, Who, Why } from './state'
import { hold, withHolds } from './transitions'
import type { Decision } from './verdict'

export const by: Who = { id: 'm1', name: 'Ana' }
export const twoWaves: PlanDocument = planOf({
  waves: [
    { clusterId: CLUSTERS[0], cluster: 'on-prem', replicas: 1 },
    { clusterId: CLUSTERS[1], cluster: 'cloud', replicas: 1 },
  ],
})

/** Each wave goes by steps of its own, and the first must prove itself for ten minutes. */
export const soaks: PlanDocument = {
  ...twoWaves,
  waves: twoWaves.waves.map((wave, i) => ({ ...wave, steps: i === 0 ? [5_000, 10_000] : [100, 1_000, 10_000] })),
  pace: { ...twoWaves.pace, soak: 600 },
}

/** A later wave that fails returns alone. */
export const alone: PlanDocument = { ...twoWaves, pace: { ...twoWaves.pace, waveFail: 'wave' }, alpha: 0.025 }

const run: LiveRun = {
  phase: 'progressing',
  since: T0,
  place: { wave: 0, step: 0 },
  startingSince: T0,
  acknowledgedAt: T0,
  dwellSince: T0,
  firstWeightAt: { [CLUSTERS[0]]: T0 },
  capacity: {},
  promoteNow: false,
  restoring: false,
}
const starting: LiveRun = {
  ...run,
  phase: 'starting',
  place: { wave: 0, step: null },
  acknowledgedAt: null,
  dwellSince: null,
  firstWeightAt: {},
}
const held = (from: LiveRun, ...reasons: Hold['reason'][]): LiveRun =>
  withHolds(
    from,
    reasons.map((reason) => hold(planOf(), reason, T0, reason === 'person' || reason === 'lowered' ? by : null, '')),
    T0,
  )
const waveFailed = (why: Why): LiveRun =>
  withHolds(
    { ...starting, place: { wave: 1, step: null }, loweredFrom: { wave: 1, step: 1 }, firstWeightAt: run.firstWeightAt },
    [{ ...hold(alone, 'wave-failed', T0, null, 'cloud'), why }],
    T0,
  )
const evidence: Why = { cause: 'evidence', blamed: 'errors', compared: 'side-by-side' }
const personal: Why = { cause: 'person', by, reason: '' }
const going = {
  phase: 'returning' as const,
  since: T0,
  place: run.place,
  waitingFor: [CLUSTERS[0]],
  firstWeightAt: run.firstWeightAt,
}
const ended = (phase: 'returned' | 'aborted' | 'failed' | 'cancelled', why: Why): RolloutState => ({ phase, since: T0, why, leave: false })
const moved = { acknowledgedAt: null, dwellSince: null }

/** One state for each kind of situation that section 7 of the design names. */
export const STATES = {
  awaiting: { phase: 'awaiting-approval', since: T0, expiresAt: T0 + 7 * 86_400_000 },
  starting,
  startingPaused: held(starting, 'person'),
  secondStarting: { ...starting, place: { wave: 1, step: null } },
  moving: { ...run, ...moved },
  progressing: run,
  unready: { ...run, unready: { [CLUSTERS[0]]: T0 } },
  last: { ...run, ...moved, place: { wave: 0, step: 3 } },
  soaking: { ...run, place: { wave: 0, step: 1 } },
  soakHeld: held({ ...run, place: { wave: 0, step: 1 } }, 'no-data'),
  paused: held(run, 'person'),
  dwelled: held(run, 'dwell'),
  noData: held(run, 'no-data'),
  pausedNoData: held(run, 'person', 'no-data'),
  unreachable: held(run, 'unreachable'),
  stableBad: held(run, 'stable-bad'),
  takeover: held(run, 'takeover'),
  extended: { ...run, extendedUntil: T0 + 1_200_000 },
  third: { ...run, place: { wave: 0, step: 2 } },
  lowered: { ...held(starting, 'lowered'), loweredFrom: { wave: 0, step: 1 } },
  second: { ...run, place: { wave: 1, step: 1 } },
  waveFailed: waveFailed(evidence),
  mirrored: { ...(held(run, 'person') as Holding), mirror: 2_500 },
  loweredMirrored: { ...(held(starting, 'lowered') as Holding), loweredFrom: { wave: 0, step: 1 }, mirror: 500 },
  again: { ...starting, loweredFrom: { wave: 0, step: 1 } },
  preview: { ...run, ...moved },
  previewHeld: held(run, 'approval'),
  switched: { ...run, place: { wave: 0, step: 1 } },
  initial: { ...run, ...moved },
  returning: { ...going, outcome: 'returned', why: evidence },
  stopping: { ...going, outcome: 'aborted', why: personal },
  watched: {
    phase: 'promoted',
    since: T0,
    why: { cause: 'acknowledged' },
    watch: 'open',
    watchUntil: T0 + 86_400_000,
    warmUntil: T0 + 86_400_000,
    firstWeightAt: run.firstWeightAt,
  },
  returnMoving: { ...run, ...moved, capacity: { [CLUSTERS[0]]: 1 } },
  returned: ended('returned', evidence),
  aborted: ended('aborted', personal),
  failed: ended('failed', { cause: 'never-ready', cluster: 'on-prem', seconds: 600 }),
  cancelled: ended('cancelled', { cause: 'expired' }),
} satisfies Record<string, RolloutState>

export function stateOf(name: keyof typeof STATES): RolloutState {
  return STATES[name]
}

/** The plan that a state is of, where it stands at a later wave; else the one that is given. */
export function planFor(name: keyof typeof STATES, plan: PlanDocument): PlanDocument {
  const state = stateOf(name)
  return 'place' in state && state.place.wave > 0 ? alone : plan
}

/** "holding person", "progressing 0/1", "returned evidence": what the table compares. */
export function phaseOf(state: RolloutState): string {
  switch (state.phase) {
    case 'awaiting-approval':
      return state.phase
    case 'starting':
    case 'progressing':
      return `${state.phase} ${state.place.wave}/${state.place.step ?? '-'}`
    case 'holding':
      return `holding ${state.holds.map((entry) => entry.reason).join('+')}`
    case 'promoted':
      return `promoted ${state.watch === 'open' || state.watch === 'none' ? state.why.cause : state.watch}`
    default:
      return `${state.phase} ${state.why.cause}`
  }
}

interface Glimpse {
  weight?: number
  ready?: number
  stableReady?: number
  reachable?: boolean
  seenAt?: number
  takeover?: boolean
  misrouted?: string
}

export function viewOf(clusterId: string, glimpse: Glimpse): ClusterView {
  const { weight = 0, ready = 0, stableReady = 1, reachable = true, seenAt = null, takeover = false, misrouted } = glimpse
  const candidate = { weight, ready }
  const stable = { weight: 10_000 - weight, ready: stableReady }
  return { clusterId, reachable, seenAt, acknowledged: true, candidate, stable, takeover, misrouted }
}

const WAITS: Decision = { action: 'wait', waitingFor: 'evidence' }

/** What the engine saw on the first cluster; the second, where there is one, stands as the candidate's state has it. */
export function seen(glimpse: Glimpse = {}, decision: Decision | null = WAITS): Input & { kind: 'observed' } {
  return { kind: 'observed', clusters: [viewOf(CLUSTERS[0], glimpse), viewOf(CLUSTERS[1], { ready: 0 })], decision }
}

/** The first step as wished, and this decision. */
export function decided(decision: Decision | null): Input & { kind: 'observed' } {
  return seen({ weight: 500, ready: 1 }, decision)
}

/** A cluster that answers was seen just now. */
export function at(input: Input, seconds: number): Input {
  if (input.kind !== 'observed') return input
  const now = T0 + seconds * 1_000
  return { ...input, clusters: input.clusters.map((view) => (view.reachable ? { ...view, seenAt: now } : view)) }
}
