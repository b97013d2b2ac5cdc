import { samePlace } from './frame'
import { createCache } from './history-cache'
import { decide, fold, type JudgeInput, start } from './judge'
import type { RecordedInput } from './record/store'
import type { PlanDocument } from './schema'
import type { LiveRun, Place } from './state'
import type { Judgement } from './verdict'

/** What was said at the end of one slot. */
export interface JudgedPoint {
  at: number
  judgement: Judgement
}

/** A record folded as far as it was read, with what the judge said on the way. */
export interface History {
  points: JudgedPoint[]
  add: (inputs: readonly RecordedInput[]) => void
  /** What the judge says at the end of the slot that was read last, of a rollout that stands so. Of another step than it stands at: as it was said then. null: no slot was read. */
  last: (run: Pick<LiveRun, 'place' | 'acknowledgedAt'>) => Judgement | null
}

const SLOT_MS = 5_000
/** At most this many points are kept; more halve them, so that a day of watch costs no more than an hour. */
const POINTS_MAX = 240

/** Folds a rollout's record with the judge itself, so that a chart can show nothing that was not judged. Pure but for its own accumulator. */
export function openHistory(plan: PlanDocument): History {
  const bench = start(plan)
  let points: JudgedPoint[] = []
  let place: Place | null = null
  let slot: number | null = null
  let closed: { place: Place; at: number } | null = null
  let stride = 1
  let seen = 0
  const close = () => {
    if (slot === null || place === null) return
    seen += 1
    const at = slot + SLOT_MS
    closed = { place, at }
    if (seen % stride !== 0) return
    points.push({ at, judgement: decide(bench, { place, acknowledgedAt: null, now: at }) })
    if (points.length <= POINTS_MAX) return
    points = points.filter((_, i) => i % 2 === 1)
    stride *= 2
  }
  const take = (input: JudgeInput) => {
    const own = input.kind === 'evidence' || input.kind === 'labels' ? input.row.slot : null
    if (own !== null && own !== slot) {
      close()
      slot = own
    }
    if (input.kind === 'generation') place = input.place
    fold(bench, input)
  }
  return {
    get points() {
      return points
    },
    add(inputs) {
      for (const { input } of inputs) take(input)
      // The slot that was read last is whole: a turn commits slots that are closed.
      close()
      slot = null
    },
    last(run) {
      if (closed === null || place === null) return null
      const here = samePlace(closed.place, run.place) && samePlace(place, run.place)
      if (!here) return points.at(-1)?.judgement ?? null
      return decide(bench, { place, acknowledgedAt: run.acknowledgedAt, now: closed.at })
    },
  }
}

/** Histories of the rollouts that somebody looks at. */
export const histories = createCache<{ history: History; cursor: { seq: number; evidenceMs: number | null } }>(40)
