import type { Tx } from '@/lib/db'
import { slotOf } from '@/lib/rollouts/evidence'
import type { Frame } from '@/lib/rollouts/frame'
import { type Bench, fold, type JudgeInput, start } from '@/lib/rollouts/judge'
import { type RecordCursor, readRecord } from '@/lib/rollouts/record/store'
import type { KeptRollout } from '@/lib/rollouts/store'
import type { Judgement } from '@/lib/rollouts/verdict'
import type { Claim } from './claim'
import { laterLines } from './gathered'

/** A gap in what ingest hears longer than this moves the deadline of open slots; so does one between our turns, of which every slot has one. */
const GAP_MS = 5_000
const TURN_GAP_MS = 7_500

/**
 * What the engine keeps in memory of a rollout that it judges. It can be dropped at any time: it is rebuilt from ledger and evidence, which are all that
 * counts. Dropped whenever a commit fails or another engine had the endpoint meanwhile.
 */
export class Desk {
  readonly frames: Frame[] = []
  readonly generations = new Set<number>()
  /** When a cluster acknowledged a generation, as far as this engine saw it: `cluster/generation` -> ms. */
  readonly acknowledged = new Map<string, number>()
  cursor: RecordCursor | null = null
  /** The latest time that something judged was written at, ms. */
  writtenMs = 0
  lastJudged: Judgement | null = null
  /** The last look at a reference for a frame: which place, and when. */
  triedFrame = { key: '', at: 0 }
  /** How much later than its slots could be closed its turns are due, so that not all rollouts are due at once, ms. */
  shiftMs = 0
  /** End of the last gap in our hearing, ms. */
  gapEndMs = 0
  private lastSlot: number | null = null
  private lastTurnMs: number | null = null
  private lastHeardMs: number | null = null

  private constructor(
    readonly bench: Bench,
    public fence: number,
  ) {}

  /** The desk of before, if nobody else had the endpoint since; else one rebuilt. Both have folded all that is stored. */
  static async open(tx: Tx, desks: Map<string, Desk>, rollout: KeptRollout, claim: Claim): Promise<Desk> {
    const before = desks.get(rollout.id)
    const own = before !== undefined && before.fence === claim.fence - 1
    const desk = own ? before : new Desk(start(rollout.plan), claim.fence)
    // Whatever fails from here on leaves no half-folded desk behind.
    desks.delete(rollout.id)
    desk.fence = claim.fence
    // Nobody but the holder of the claim closes slots: after one's own turn only people have written.
    const record = desk.cursor ? await laterLines({ rolloutId: rollout.id, cursor: desk.cursor }) : await readRecord(tx, rollout.id, null)
    for (const { input } of record.inputs) desk.fold(input)
    if (!own && record.cursor.evidenceMs !== null) desk.lastTurnMs = record.cursor.evidenceMs
    desk.cursor = record.cursor
    desk.writtenMs = Math.max(desk.writtenMs, record.cursor.evidenceMs ?? 0, ...record.lines.map((line) => line.at))
    const judged = record.lines.findLast((line) => line.event.kind === 'judged')?.event
    if (judged?.kind === 'judged') desk.lastJudged = judged.judgement
    return desk
  }

  fold(input: JudgeInput): void {
    fold(this.bench, input)
    if (input.kind === 'frame') this.frames.push(input.frame)
    else if (input.kind === 'generation') this.generations.add(input.generation)
    else if (input.kind === 'evidence') this.lastSlot = Math.max(this.lastSlot ?? 0, input.row.slot)
  }

  /** Start of the first slot that is not closed yet; null while there is no frame to count by. */
  get openSlotMs(): number | null {
    const first = this.frames[0]
    if (!first) return null
    return this.lastSlot === null ? slotOf(first.at) : this.lastSlot + 5_000
  }

  /** The frame that rows of a cluster are counted under: its latest. */
  frameOf(clusterId: string): Frame | undefined {
    return this.frames.findLast((frame) => frame.clusterId === clusterId)
  }

  /** Notes when this turn ran and when a source was last heard, and where a gap ended. `reachable`: the clusters answer, so that silence is ingest's. */
  hear(nowMs: number, heardMs: number | null, reachable: boolean): void {
    const engineGap = this.lastTurnMs === null ? 0 : nowMs - this.lastTurnMs
    if (engineGap > TURN_GAP_MS) this.gapEndMs = nowMs
    if (heardMs !== null) {
      if (this.lastHeardMs !== null && heardMs - this.lastHeardMs > GAP_MS) this.gapEndMs = Math.max(this.gapEndMs, heardMs)
      const silentMs = nowMs - heardMs
      // All sources silent while their clusters answer: web is away, and their counts wait in the spool. For a minute at most.
      if (reachable && silentMs > GAP_MS && silentMs < 60_000) this.gapEndMs = Math.max(this.gapEndMs, nowMs)
      this.lastHeardMs = heardMs
    }
    this.lastTurnMs = nowMs
  }
}
