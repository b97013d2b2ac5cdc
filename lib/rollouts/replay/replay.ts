import { samePlace } from '../frame'
import { type Bench, decide, fold, type JudgeInput, type JudgePoint, start } from '../judge'
import { judgeInput, type LedgerEvent, type LedgerLine } from '../ledger'
import type { RecordedInput } from '../record/store'
import type { PlanDocument } from '../schema'
import { type Difference, differences, TOLERANCE } from './compare'
import { momentsOf } from './walk'

type Judged = LedgerEvent & { kind: 'judged' }

/** One verdict of the past, judged again. */
interface ReplayedVerdict {
  readonly seq: number
  readonly at: number
  /** Start of the last slot that it was made from, ms; null: none was closed yet. */
  readonly slot: number | null
  readonly action: string
  /** `bits`: equal to the last bit; `near`: within 1e-9 (another Node major, or a row from before it was noted). */
  readonly equal: 'bits' | 'near' | 'no'
  readonly differences: readonly Difference[]
}

export interface Replayed {
  readonly verdicts: readonly ReplayedVerdict[]
  /** Why the record could not be folded to its end; null: it was. */
  readonly broken: string | null
}

/**
 * Judges every verdict in a ledger again, from ledger and evidence alone, at the same points, and compares. `node`: the major version that runs now; a row of
 * the same one must come out bit for bit, others within 1e-9. Pure.
 */
export function replayVerdicts(plan: PlanDocument, lines: readonly LedgerLine[], inputs: readonly RecordedInput[], node: number): Replayed {
  const bench = start(plan)
  const verdicts: ReplayedVerdict[] = []
  const before: LedgerLine[] = []
  try {
    for (const moment of momentsOf(lines, inputs)) {
      if (moment.kind === 'rows') for (const { input } of moment.inputs) fold(bench, input)
      else {
        const { event } = moment.line
        if (event.kind === 'judged') verdicts.push(again(bench, before, moment.line, event, node))
        else foldLine(bench, event, (input) => input)
        before.push(moment.line)
      }
    }
    return { verdicts, broken: null }
  } catch (error) {
    // A record that does not hold together is a finding, not a failure of the replay.
    if (!(error instanceof RangeError)) throw error
    return { verdicts, broken: error.message }
  }
}

/** Folds a line if it is an input of the judge, as `read` reads it. */
export function foldLine(bench: Bench, event: LedgerEvent, read: (input: JudgeInput) => JudgeInput): void {
  const input = judgeInput(event)
  if (input) fold(bench, read(input))
}

function again(bench: Bench, before: readonly LedgerLine[], line: LedgerLine, event: Judged, node: number): ReplayedVerdict {
  const { judgement } = event
  // Stored rows went through JSON, where an open edge is null.
  const made = JSON.parse(JSON.stringify(decide(bench, pointOf(event, before))))
  const exact = differences(judgement, made, 0)
  const near = event.node === node ? exact : differences(judgement, made, TOLERANCE)
  return {
    seq: line.seq,
    at: line.at,
    slot: judgement.lastSlot,
    action: judgement.decision.action,
    equal: exact.length === 0 ? 'bits' : near.length === 0 ? 'near' : 'no',
    differences: near,
  }
}

/** Where it was judged: as the row says; a row from before it did is at the last acknowledgement of its place, or in the watch at the promotion. */
function pointOf({ judgement, point }: Judged, before: readonly LedgerLine[]): JudgePoint {
  if (point) return point
  const place = { wave: judgement.wave, step: judgement.step }
  const promoted = before.findLast(({ event }) => event.kind === 'ended')
  const acknowledged = before.findLast(({ event }) => event.kind === 'acknowledged' && samePlace(event.place, place))
  return { place, acknowledgedAt: (promoted ?? acknowledged)?.at ?? null, now: judgement.now }
}
