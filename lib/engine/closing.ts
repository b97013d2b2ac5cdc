import { SLOT_MS } from '@/lib/clock'

/** A counter as ingest last heard it. Times in ms since epoch. */
export interface SourceMark {
  clusterId: string
  /** Everything completed before it has been reported. */
  watermarkMs: number
  /** It ended, and reported all. */
  final: boolean
}

/** A slot that may be judged now. `incomplete`: clusters of which something is missing for good. */
export interface ClosedSlot {
  slotMs: number
  incomplete: ReadonlySet<string>
}

/** A slot is given up this long after its end, or after the end of the last gap in our own hearing. */
const DEADLINE_MS = 10_000
/** A source counts as alive at a slot's start while its watermark is at most this old. */
const ALIVE_MS = 10_000
/** After a long absence slots are closed in bites, so that a turn stays short. */
const SLOTS_MAX = 240

/**
 * The slots that are closed now, for all clusters at once and in slot order: every source alive at the slot's start has passed its end, or the deadline
 * is over. A cluster without any source alive is never complete: no watermark is no data, not zero.
 * `fromMs`: start of the first slot not closed yet; `gapEndMs`: end of the last engine or ingest gap.
 */
export function closableSlots(input: {
  fromMs: number
  nowMs: number
  gapEndMs: number
  clusters: readonly string[]
  sources: readonly SourceMark[]
}): ClosedSlot[] {
  const closed: ClosedSlot[] = []
  for (let slotMs = input.fromMs; closed.length < SLOTS_MAX && slotMs + SLOT_MS <= input.nowMs; slotMs += SLOT_MS) {
    const endMs = slotMs + SLOT_MS
    const incomplete = new Set(input.clusters.filter((cluster) => !passed(input.sources, cluster, slotMs)))
    if (incomplete.size > 0 && input.nowMs < Math.max(endMs, input.gapEndMs) + DEADLINE_MS) break
    closed.push({ slotMs, incomplete })
  }
  return closed
}

function passed(sources: readonly SourceMark[], clusterId: string, slotMs: number): boolean {
  const endMs = slotMs + SLOT_MS
  const own = sources.filter((source) => source.clusterId === clusterId)
  const alive = own.filter((source) => !source.final && source.watermarkMs > slotMs - ALIVE_MS)
  // A source that ended inside or after the slot has reported its part of it.
  const ended = own.some((source) => source.final && source.watermarkMs >= endMs)
  return alive.length > 0 ? alive.every((source) => source.watermarkMs >= endMs) : ended
}
