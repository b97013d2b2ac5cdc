import { db } from '@/lib/db'
import { stableBadWaves } from '@/lib/rollouts/decision'
import { SLOT_MS, slotOf } from '@/lib/rollouts/evidence'
import { frameDue, freeze } from '@/lib/rollouts/frame'
import { decide, type JudgePoint } from '@/lib/rollouts/judge'
import type { LedgerEvent } from '@/lib/rollouts/ledger'
import { advance, CLOSE_MS } from '@/lib/rollouts/machine'
import type { PlanDocument } from '@/lib/rollouts/schema'
import type { RolloutState } from '@/lib/rollouts/state'
import type { Change } from '@/lib/rollouts/steering/store'
import { lastPlace } from '@/lib/rollouts/steps'
import type { KeptRollout } from '@/lib/rollouts/store'
import type { Judgement } from '@/lib/rollouts/verdict'
import type { Claim } from './claim'
import { Desk } from './desk'
import { clusterViews, type Look } from './look'
import { judgesLabels, readReference } from './reference'
import { type ClosedRows, closeSlots } from './slots'

/** Between two looks at a slot that a source is late for. */
const LATE_MS = 2_500

/** The major version of Node that judges: its arithmetic is what a replay must meet bit for bit. */
const NODE = Number.parseInt(process.versions.node, 10)

/** What a turn wants to be stored. Nothing of it is, yet. */
export interface Thought {
  changes: Change[]
  /** Rows of the slots that this turn closed, of the judged rollout. */
  evidence: ({ rolloutId: string } & ClosedRows) | null
  /** What was judged of the rollout, for its sentence. */
  judged: { rollout: KeptRollout; judgement: Judgement } | null
  /** The desk that folded these rows: kept only if they are stored. */
  desk: { rolloutId: string; desk: Desk } | null
  /** When to look again at the latest, ms; null: a quiet endpoint's time does. */
  wakeMs: number | null
}

/** Slots closed -> judged -> advanced, for everything of the endpoint that may move. Reads, decides, writes nothing. */
export async function think(look: Look, desks: Map<string, Desk>, claim: Claim): Promise<Thought> {
  const thought: Thought = { changes: [], evidence: null, judged: null, desk: null, wakeMs: null }
  for (const rollout of look.awaiting) note(thought, rollout, look, { decision: null, events: [] })
  const judged = look.live ?? (isWatched(look.last) ? look.last : null)
  if (!judged) {
    if (look.last?.state.phase === 'promoted') note(thought, look.last, look, { decision: null, events: [] })
    return thought
  }
  const desk = await Desk.open(db(), desks, judged, claim)
  // A record is read in the order of its times: each turn is later than what was written before it, also where the clock was set back.
  look.nowMs = Math.max(look.nowMs, desk.writtenMs + 1)
  noteAcknowledged(desk, look)
  const rows = await closeSlots(judged, desk, look)
  for (const row of merged(rows)) desk.fold(row)
  thought.evidence = rows.evidence.length > 0 ? { rolloutId: judged.id, ...rows } : null
  thought.desk = { rolloutId: judged.id, desk }
  const point = pointOf(judged.plan, judged.state, look.nowMs)
  const judgement = point && decide(desk.bench, point)
  thought.judged = judgement && { rollout: judged, judgement }
  const told = judgement && saysSomethingNew(desk.lastJudged, judgement)
  const events: LedgerEvent[] = told ? [{ kind: 'judged', judgement, point, node: NODE }] : []
  const change = note(thought, judged, look, { decision: judgement, events, stableBad: stableBadWaves(desk.bench) })
  if (isSlotLate(desk, look.nowMs)) thought.wakeMs = Math.min(thought.wakeMs ?? look.nowMs + LATE_MS, look.nowMs + LATE_MS)
  const frame = await dueFrame(judged.plan, change?.next ?? judged.state, desk, look.nowMs)
  if (frame) addEvent(thought, judged, frame)
  return thought
}

/** Some source has not reported a slot that the others could have closed: it is looked at again before the next one ends. */
function isSlotLate(desk: Desk, nowMs: number): boolean {
  return desk.openSlotMs !== null && desk.openSlotMs + SLOT_MS + CLOSE_MS <= nowMs
}

function isWatched(rollout: KeptRollout | null): rollout is KeptRollout {
  return rollout?.state.phase === 'promoted' && rollout.state.watch === 'open'
}

function noteAcknowledged(desk: Desk, look: Look): void {
  for (const { place, observed, acknowledged } of look.clusters) {
    const key = `${place.clusterId}/${place.generation}`
    if (acknowledged && observed && !desk.acknowledged.has(key)) desk.acknowledged.set(key, observed.acknowledgedAt)
  }
}

/** Rows in the order of slots, labels after windows: the order in which a replay reads them. */
function merged({ evidence, labels }: ClosedRows) {
  const rows = [...evidence.map((row) => ({ kind: 'evidence' as const, row })), ...labels.map((row) => ({ kind: 'labels' as const, row }))]
  const rank = { evidence: 0, labels: 1 }
  return rows.sort(
    (a, b) =>
      a.row.slot - b.row.slot ||
      rank[a.kind] - rank[b.kind] ||
      (a.row.cluster < b.row.cluster ? -1 : a.row.cluster > b.row.cluster ? 1 : 0) ||
      a.row.generation - b.row.generation,
  )
}

/** Where a rollout is judged; null where nothing is: before a start, on the way back, after the watch. */
export function pointOf(plan: PlanDocument, state: RolloutState, now: number): JudgePoint | null {
  switch (state.phase) {
    case 'starting':
    case 'progressing':
    case 'holding':
      return { place: state.place, acknowledgedAt: state.acknowledgedAt, now }
    case 'promoted':
      return state.watch === 'open' ? { place: lastPlace(plan), acknowledgedAt: state.since, now } : null
    default:
      return null
  }
}

/** Lets the machine take its step; a change is noted when something of the rollout is to be stored. */
function note(
  thought: Thought,
  rollout: KeptRollout,
  look: Look,
  judged: { decision: Judgement | null; events: LedgerEvent[]; stableBad?: readonly number[] },
): Change | null {
  const decision = judged.decision?.decision ?? null
  const input = { kind: 'observed' as const, clusters: clusterViews(rollout, look), decision, stableBad: judged.stableBad }
  const moved = advance(rollout.plan, rollout.state, input, look.nowMs)
  if (!moved.ok) return null
  if (moved.wakeAt !== null) thought.wakeMs = Math.min(thought.wakeMs ?? moved.wakeAt, moved.wakeAt)
  const same = moved.events.length === 0 && judged.events.length === 0 && JSON.stringify(moved.next) === JSON.stringify(rollout.state)
  if (same) return null
  const change: Change = { rollout, next: moved.next, events: [...judged.events, ...moved.events], judgement: judged.decision }
  thought.changes.push(change)
  return change
}

function addEvent(thought: Thought, rollout: KeptRollout, event: LedgerEvent): void {
  const change = thought.changes.find((each) => each.rollout.id === rollout.id)
  if (change) change.events = [...change.events, event]
  else thought.changes.push({ rollout, next: rollout.state, events: [event] })
}

function saysSomethingNew(before: Judgement | null, now: Judgement): boolean {
  const words = (judgement: Judgement) =>
    JSON.stringify([
      judgement.wave,
      judgement.step,
      judgement.decision,
      judgement.gates.map((gate) => [gate.metric, gate.verdict, gate.reason]),
    ])
  return before === null || words(before) !== words(now)
}

/** A reference that does not suffice is looked at again when it may have grown: a block later. */
const REFERENCE_RETRY_MS = 10_000

/** The frame that is to be frozen now, if one is due and its reference suffices. */
async function dueFrame(plan: PlanDocument, state: RolloutState, desk: Desk, nowMs: number): Promise<LedgerEvent | null> {
  if (state.phase !== 'starting' && state.phase !== 'progressing' && state.phase !== 'holding') return null
  const { place } = state
  const clusterId = plan.waves[place.wave]?.clusterId
  if (place.step === null || !clusterId) return null
  const waitsForLabels = judgesLabels(plan) && desk.frameOf(clusterId)?.accuracy === null
  const due = frameDue(plan, state, desk.frames, 0, nowMs)
  const key = `${place.wave}/${place.step}`
  if (!due && !waitsForLabels) return null
  if (desk.triedFrame.key === key && nowMs - desk.triedFrame.at < REFERENCE_RETRY_MS) return null
  desk.triedFrame = { key, at: nowMs }
  const reference = await readReference(plan, clusterId, desk.openSlotMs ?? slotOf(nowMs))
  if (!frameDue(plan, state, desk.frames, reference.labels?.n ?? 0, nowMs)) return null
  const frozen = freeze(plan, place, reference, desk.frames, nowMs)
  return frozen.ok ? { kind: 'frame', frame: frozen.frame } : null
}
