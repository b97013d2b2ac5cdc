import { FULL } from '@/lib/endpoints/wish'
import { SLOT_MS } from './evidence'
import { weightAt } from './gate'
import type { Bench, JudgePoint } from './judge'

/** This many incomplete slots in a row are no data. */
const INCOMPLETE_RUN = 6
/** A slot is closed at the latest 10 s after its end; a turn later it is here. */
const CLOSING_MS = 15_000

/**
 * What is missing at this step, if anything: no reference to compare with, sources that stay silent, or a candidate without traffic for `noDataAfter`. null
 * while it is too early to say. Missing is never zero.
 */
export function silence(bench: Bench, point: JudgePoint): 'no-reference' | 'no-traffic' | 'incomplete' | null {
  const { plan } = bench
  const { place, acknowledgedAt, now } = point
  const weight = weightAt(plan, place)
  if (acknowledgedAt === null || weight === 0) return null
  const patience = plan.pace.noDataAfter * 1_000
  const { clusterId } = plan.waves[place.wave]
  const marks = bench.clusters.get(clusterId)
  const compares = plan.gates.some((gate) => !gate.dryRun && gate.metric !== 'objective' && gate.metric !== 'accuracy-floor')
  if (compares && weight < FULL && !bench.latest.has(clusterId) && now - acknowledgedAt >= patience) return 'no-reference'
  if (marks && marks.incompleteRun >= INCOMPLETE_RUN) return 'incomplete'
  const closedUntil = marks?.lastSlot == null ? acknowledgedAt : marks.lastSlot + SLOT_MS
  if (now - Math.max(closedUntil, acknowledgedAt) >= patience + CLOSING_MS) return 'incomplete'
  const heard = marks?.lastCandidate == null ? acknowledgedAt : Math.max(acknowledgedAt, marks.lastCandidate + SLOT_MS)
  return closedUntil - heard >= patience ? 'no-traffic' : null
}
