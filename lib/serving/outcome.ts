import type { Forwarded } from './forward'
import type { Assignment } from './router'
import type { Sampler } from './sampler'
import { type Seen, withObserved } from './seen'
import type { Telemetry } from './telemetry'
import type { VersionServers } from './version-servers'
import type { Outcome } from './window'

/**
 * How a request counts for the arm it was assigned to, by its first attempt only: no answer, a 5xx, a timeout or another version's answer are bad;
 * refused by the model (4xx), shed and given up by the client are counted apart.
 */
export function outcomeOf(assigned: string, result: Forwarded): Outcome {
  if (result.kind === 'answer') {
    if (result.arm.versionId !== assigned) return 'fallback'
    if (result.lost || result.answer.status >= 500) return 'bad'
    return result.answer.status >= 400 ? 'client-error' : 'good'
  }
  if (result.lost) return 'bad'
  if (result.kind === 'shed') return 'shed'
  return result.kind === 'gone' ? 'aborted' : 'bad'
}

/** Writes down a request that has ended: its count, its prediction for a later label, and now and then a sample. */
export function settle(
  telemetry: Telemetry,
  sampler: Sampler,
  { arm, series }: Assignment<VersionServers>,
  id: string,
  result: Forwarded,
  ms: number,
  before: Seen | null = null,
): void {
  const outcome = outcomeOf(arm.versionId, result)
  const seen = result.kind === 'answer' ? withObserved(series, before, result.answer.observed) : before
  telemetry.count(series, outcome, ms, result.kind === 'timeout', seen)
  if (result.kind !== 'answer') {
    if (outcome === 'bad' && sampler.error(series, performance.now()))
      telemetry.sample(series, {
        id,
        status: result.kind === 'timeout' ? 504 : 503,
        latencyMs: ms,
        features: null,
        score: null,
        error: result.kind,
      })
    return
  }
  const { status, body, prediction, features } = result.answer
  const served = outcome === 'fallback' ? result.arm.fallback : series
  const labelled = prediction !== null && telemetry.keeps(served, id)
  const failed = status >= 400 && sampler.error(served, performance.now())
  if (!labelled && features === null && !failed) return
  const [score, positive] = prediction?.split(',') ?? []
  const value = score ? Number(score) : null
  if (labelled) telemetry.predict(served, id, value, positive === '1', seen?.segment?.segment)
  if (features === null && !failed) return
  telemetry.sample(served, {
    id,
    status,
    latencyMs: ms,
    features: features === null ? null : finite(features.split(',').map(Number)),
    score: value,
    error: failed ? Buffer.from(body.slice(0, 500), 'latin1').toString() : null,
  })
}

/** A row with a missing value cannot be shown as numbers. */
function finite(row: number[]): number[] | null {
  return row.every(Number.isFinite) ? row : null
}
