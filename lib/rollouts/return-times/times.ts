import { FULL } from '@/lib/endpoints/wish'
import type { EvidenceRow } from '../evidence'
import { fold, start } from '../judge'
import { lanesOf, windowOf } from '../lane'
import { judgeInput, type LedgerLine, type ReturnTimes } from '../ledger'
import type { PlanDocument } from '../schema'
import type { Why } from '../state'
import type { Metric } from '../verdict'

/** A return as the ledger tells it so far; `generation`: of the wish that took the traffic away. */
export interface Begun {
  /** Of a wave that went back alone: its line, which wave, and the generation that gave it traffic again (null: none did). null: all went back. */
  readonly alone: { readonly of: number; readonly wave: number; readonly until: number | null } | null
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

/** Every return of a rollout whose wish is stored: of waves that went back alone, and of all. Pure. */
export function returnsOf(plan: PlanDocument, lines: readonly LedgerLine[]): Begun[] {
  const all = begunOf(plan, lines)
  return [...lines.flatMap((line) => aloneOf(plan, line, lines) ?? []), ...(all ? [all] : [])]
}

/** One wave's return; null: it is none, or its cluster had no traffic. */
function aloneOf(plan: PlanDocument, { seq, at, event }: LedgerLine, lines: readonly LedgerLine[]): Begun | null {
  if (event.kind !== 'wave-returned' || !plan.to) return null
  const { clusterId } = plan.waves[event.wave]
  const wishes = wishesOf(lines)
  const had = wishes.findLast((wish) => wish.seq < seq)?.weights[clusterId] ?? 0
  const gone = wishes.find((wish) => wish.seq > seq && wish.weights[clusterId] === 0)
  if (had === 0 || !gone) return null
  const until = wishes.find((wish) => wish.seq > gone.seq && (wish.weights[clusterId] ?? 0) > 0)?.generation ?? null
  return {
    ...{ alone: { of: seq, wave: event.wave, until }, decided: at, wished: gone.at, generation: gone.generation },
    ...{ blamed: blamedBy(event.why), badVersionId: plan.to.id, clusterIds: [clusterId] },
  }
}

function wishesOf(lines: readonly LedgerLine[]) {
  return lines.flatMap(({ seq, at, event }) => (event.kind === 'wished' ? [{ seq, at, ...event }] : []))
}

function blamedBy(why: Why): Metric | null {
  return why.cause === 'evidence' ? why.blamed : null
}

/** When it was decided and wished; null: nothing was returned, or the wish is not stored yet. Pure. */
export function begunOf(plan: PlanDocument, lines: readonly LedgerLine[]): Begun | null {
  const back = plan.strategy === 'return'
  const decided = lines.find((line) => line.event.kind === (back ? 'launched' : 'returning'))
  const badVersionId = back ? plan.from?.id : plan.to?.id
  if (!decided || !badVersionId) return null
  const { event } = decided
  const blamed = event.kind === 'returning' ? blamedBy(event.why) : null
  const wishes = wishesOf(lines)
  const gone = wishes.find(
    (wish) => wish.seq > decided.seq && Object.values(wish.weights).every((weight) => weight === (back && plan.to ? FULL : 0)),
  )
  if (!gone) return null
  // A wave that went back alone before has nothing to give back any more.
  const last = (id: string) => wishes.findLast((wish) => wish.seq < gone.seq && id in wish.weights)?.weights[id] ?? 0
  const had = Object.keys(gone.weights).filter((id) => back || last(id) > 0)
  if (had.length === 0) return null
  return { alone: null, decided: decided.at, wished: gone.at, generation: gone.generation, blamed, badVersionId, clusterIds: had }
}

/** Per cluster id: the last generation of a wave that went back alone there before `begun`. What was counted of it is no part of this return. Pure. */
export function givenUp(plan: PlanDocument, lines: readonly LedgerLine[], { alone }: Pick<Begun, 'alone'>): ReadonlyMap<string, number> {
  const bench = start(plan)
  for (const { seq, event } of lines) {
    if (alone && seq >= alone.of) break
    const input = judgeInput(event)
    if (input) fold(bench, input)
  }
  return bench.givenUp
}

/** When every one of its clusters had acknowledged the wish; null: not all have. What a later attempt of a wave that went back alone acknowledged is not asked. */
export function writtenAt({ alone, generation, clusterIds }: Begun, lines: readonly LedgerLine[]): number | null {
  if (alone) {
    const own = lines.filter(({ seq }) => seq > alone.of)
    const next = own.findIndex(({ event }) => event.kind === 'wished' && event.generation === alone.until)
    const asked = next < 0 ? own : own.slice(0, next)
    return asked.find(({ event }) => event.kind === 'acknowledged' && event.place.step === null)?.at ?? null
  }
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
