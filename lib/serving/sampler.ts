import type { Series } from './router'

/** Per series, at most one request in so many ms is looked at: two a second, whatever the traffic. */
const FEATURES_EVERY_MS = 500
const ERRORS_EVERY_MS = 200
const MAX_SERIES = 1_000

/** Picks requests to look at, spread over time. Never evidence. */
export class Sampler {
  readonly #features = new Map<string, number>()
  readonly #errors = new Map<string, number>()

  /** Whether this request's features are wanted. */
  due(series: Series, at: number): boolean {
    return take(this.#features, series.key, at, FEATURES_EVERY_MS)
  }

  error(series: Series, at: number): boolean {
    return take(this.#errors, series.key, at, ERRORS_EVERY_MS)
  }
}

function take(next: Map<string, number>, key: string, at: number, every: number): boolean {
  if (at < (next.get(key) ?? 0)) return false
  if (next.size > MAX_SERIES) next.clear()
  next.set(key, at + every)
  return true
}
