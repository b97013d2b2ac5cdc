import { FULL } from '@/lib/endpoints/wish'
import type { EvidenceRow } from '../evidence'
import { lanesOf, windowOf } from '../lane'
import type { LedgerLine, ReturnTimes } from '../ledger'
import type { PlanDocument } from '../schema'
import type { Metric } from '../verdict'

/** A return as the ledger tells it so far; `generation`: of the wish that took the traffic away. */
export interface Begun {
  readonly decided: number
  readonly wished: number
  readonly generation: number
  /** What it was returned for; null: a person said so. */
  readonly blamed: Metric | null
  /** The version that was to lose its traffic. */
  readonly badVersionId: string
  /** Ids of the clusters where it had some. */
  readonly clusterIds: readonly string[]
}

/** When it was decided and wished; null: nothing was returned, or the wish is not stored yet. Pure. */
export function begunOf(plan: PlanDocument, lines: readonly LedgerLine[]): Begun | null {
  const back = plan.strategy === 'return'
  const decided = lines.find((line) => line.event.kind === (back ? 'launched' : 'returning'))
  const badVersionId = back ? plan.from?.id : plan.to?.id
  if (!decided || !badVersionId) return null
  const { event } = decided
  const blamed = event.kind === 'returning' && event.why.cause === 'evidence' ? event.why.blamed : null
  const wishes = lines.flatMap(({ seq, at, event: each }) => (each.kind === 'wished' ? [{ seq, at, ...each }] : []))
  const gone = wishes.find(
    (wish) => wish.seq > decided.seq && Object.values(wish.weights).every((weight) => weight === (back && plan.to ? FULL : 0)),
  )
  if (!gone) return null
  const had = back
    ? Object.keys(gone.weights)
    : Object.keys(gone.weights).filter((id) => wishes.some((wish) => wish.seq < gone.seq && (wish.weights[id] ?? 0) > 0))
  if (had.length === 0) return null
  return { decided: decided.at, wished: gone.at, generation: gone.generation, blamed, badVersionId, clusterIds: had }
}

/** When every one of its clusters had acknowledged the wish; null: not all have. */
export function writtenAt({ generation, clusterIds }: Begun, lines: readonly LedgerLine[]): number | null {
  const times = clusterIds.map((id) => {
    const found = lines.flatMap(({ event }) =>
      event.kind === 'written' && event.clusterId === id && event.generation >= generation ? [event.at] : [],
    )
    return found.length > 0 ? Math.min(...found) : null
  })
  return times.some((at) => at === null) ? null : Math.max(...times.map(Number))
}

/**
 * Start of the first slot in which the candidate's bad share was above stable's times what the gate tolerates, in what it was returned for (errors, when a
 * person returned it); null: no such slot. A slot alone is noise too, so this is early rather than late.
 */
export function firstBadSlot(
  plan: PlanDocument,
  rows: readonly EvidenceRow[],
  { blamed, decided }: Pick<Begun, 'blamed' | 'decided'>,
): number | null {
  const lanes = lanesOf(plan).filter((lane) => lane.gate.metric === (blamed ?? 'errors') && lane.segment === null)
  const bad = rows.filter(({ slot, counts }) =>
    lanes.some((lane) => {
      const { xC, nC, xS, nS } = windowOf(lane, counts)
      if (slot > decided || nC === 0 || xC === 0) return false
      const tolerance = lane.gate.metric === 'errors' ? lane.gate.tolerance : 1
      return xC / nC > (nS === 0 ? 0 : (tolerance * xS) / nS)
    }),
  )
  return bad.length > 0 ? Math.min(...bad.map((row) => row.slot)) : null
}

/** Milliseconds from the first bad slot (from the decision, where none is known) until the traffic was counted as gone; null: never counted. */
export function lasted({ firstBad, decided, counted }: ReturnTimes): number | null {
  return counted === null ? null : Math.max(0, counted - (firstBad ?? decided))
}

/** The q-th quantile by nearest rank; null of nothing. */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]
}
