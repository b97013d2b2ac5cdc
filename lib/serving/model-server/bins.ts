import type { SeriesRole } from '@/lib/monitoring/flush'
import type { BinRow, Profile } from './protocol'
import type { Feed } from './request'

/** Place of a value in counts = [missing, bin 0, ..., bin k] for k rising edges: bin i is (edge i-1, edge i], so a value on an edge is in the lower bin. */
export function binOf(edges: readonly number[], value: number | null): number {
  if (value === null || Number.isNaN(value)) return 0
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle] < value) low = middle + 1
    else high = middle
  }
  return low + 1
}

/** The numeric columns of a request, row by row: inputs in the model's order, each row flattened. Text counts as missing. */
export function featureRows(feeds: readonly Feed[], rows: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    feeds.flatMap(({ data }) => {
      const width = data.length / rows
      return Array.from({ length: width }, (_, i) => {
        const value = data[row * width + i]
        return typeof value === 'string' ? Number.NaN : Number(value)
      })
    }),
  )
}

/** Counts of features and score per role since they were last taken. */
export class BinCounter {
  readonly #counts = new Map<SeriesRole, Map<number, number[]>>()

  constructor(readonly profile: Profile | null) {}

  add(role: SeriesRole, rows: readonly number[][], scores: readonly (number | null)[]): void {
    if (!this.profile) return
    const { features, score } = this.profile
    for (const row of rows) {
      for (let i = 0; i < features.length; i += 1) this.#bump(role, i, features[i].edges, row[i] ?? null)
    }
    if (score) for (const value of scores) this.#bump(role, -1, score.edges, value)
  }

  /** Hands out the counts and starts again from nothing. */
  take(): BinRow[] {
    const rows = [...this.#counts].flatMap(([role, features]) => [...features].map(([feature, counts]) => ({ role, feature, counts })))
    this.#counts.clear()
    return rows
  }

  #bump(role: SeriesRole, feature: number, edges: readonly number[], value: number | null): void {
    const features = this.#counts.get(role) ?? new Map<number, number[]>()
    this.#counts.set(role, features)
    const counts = features.get(feature) ?? new Array<number>(edges.length + 2).fill(0)
    features.set(feature, counts)
    counts[binOf(edges, value)] += 1
  }
}
