import type { LedgerEvent } from '@/lib/rollouts/ledger'
import type { Judgement, Metric } from '@/lib/rollouts/verdict'
import type { House } from '@/scripts/house/house'
import { type LedgerRow, ledgerOf } from '@/scripts/house/rollouts'

/** How a rollout ended, by its own ledger. Seconds count from the launch, or from the approval where one was needed. */
export interface Outcome {
  phase: string
  seconds: number
  /** The gate that was blamed for a return; null: none was. */
  blamed: Metric | null
  /** Odds against "no worse than tolerated", all gates averaged, at the last judgement. */
  odds: number
}

/** Reads an ended rollout, and tells its story on stderr. */
export async function outcomeOf(house: House, rolloutId: string, name: string): Promise<Outcome> {
  const ledger = await ledgerOf(house, rolloutId)
  const begun = (ledger.findLast(({ event }) => event.kind === 'approved') ?? ledger[0]).at.getTime()
  tell(name, ledger, begun)
  const end = ledger.findLast(({ event }) => event.kind === 'ended')
  const why = end?.event.kind === 'ended' ? end.event.why : null
  const judged = ledger.flatMap(({ event }) => (event.kind === 'judged' ? [event.judgement] : []))
  return {
    phase: end?.event.kind === 'ended' ? end.event.phase : 'live',
    seconds: end ? (end.at.getTime() - begun) / 1_000 : Number.POSITIVE_INFINITY,
    blamed: why?.cause === 'evidence' ? why.blamed : null,
    odds: Math.exp(judged.at(-1)?.total ?? 0),
  }
}

function tell(name: string, ledger: readonly LedgerRow[], begun: number): void {
  console.error(`\n${name}`)
  for (const { at, event } of ledger) console.error(`  ${((at.getTime() - begun) / 1_000).toFixed(1).padStart(7)} s  ${sayEvent(event)}`)
}

function sayEvent(event: LedgerEvent): string {
  const { kind, ...rest } = event
  if (event.kind === 'judged') return `judged  ${sayJudgement(event.judgement)}`
  if (event.kind === 'frame')
    return `frame   ${event.frame.number}: ${event.frame.requests} requests, ${JSON.stringify(event.frame.latency.map(({ quantile, tauMs, candidateMs, phi }) => ({ quantile, tauMs, candidateMs, phi })))}, ${JSON.stringify(event.frame.accuracy)}`
  return `${kind}  ${JSON.stringify(rest)}`
}

function sayJudgement({ decision, gates, total, dwellSeconds, requests }: Judgement): string {
  const each = gates.map((gate) => {
    const { xC, nC, xS, nS } = gate.parts[0] ?? { xC: 0, nC: 0, xS: 0, nS: 0 }
    return `${gate.metric} ${gate.verdict} (${gate.reason}, worse ${gate.evidence.toFixed(1)}, safe ${gate.safe.toFixed(1)}/${gate.safeNeeded.toFixed(1)}, ${xC}/${nC} : ${xS}/${nS})`
  })
  return `${JSON.stringify(decision)} total ${total.toFixed(2)}, ${dwellSeconds} s, ${requests} requests; ${each.join('; ')}`
}
