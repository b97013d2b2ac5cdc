import type { FeatureRow } from '@/lib/monitoring/flush'
import type { BinRow } from './model-server/protocol'

const MINUTE_MS = 60_000
/** Rows kept while nobody takes them: drift is to look at, never evidence. */
const MAX_ROWS = 50_000

interface Entry {
  row: FeatureRow
  dirty: boolean
  unspooled: boolean
}

/** Cumulative bin counts per series, minute, baseline and feature, summed over the replicas of a version. */
export class FeatureBook {
  readonly #entries = new Map<string, Entry>()

  add(endpointId: string, versionId: string, baselineId: string, bins: readonly BinRow[], nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
    for (const { role, feature, counts } of bins) {
      const key = keyOf({ minute, endpointId, versionId, role, baselineId, feature })
      const entry = this.#entries.get(key)
      if (entry) {
        counts.forEach((count, i) => {
          entry.row.counts[i] += count
        })
        entry.dirty = true
        entry.unspooled = true
      } else {
        const row = { endpointId, versionId, role, segment: 0, minute, baselineId, feature, counts: [...counts] }
        this.#entries.set(key, { row, dirty: true, unspooled: true })
      }
    }
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ROWS) break
      this.#entries.delete(key)
    }
  }

  /** Rows that changed since they were last taken, marked as taken. */
  take(limit: number, endpointId?: string): FeatureRow[] {
    const rows: FeatureRow[] = []
    for (const entry of this.#entries.values()) {
      if (!entry.dirty || (endpointId && entry.row.endpointId !== endpointId)) continue
      if (rows.length === limit) break
      entry.dirty = false
      rows.push({ ...entry.row, counts: [...entry.row.counts] })
    }
    return rows
  }

  takeUnspooled(limit: number): FeatureRow[] {
    const found = [...this.#entries.values()].filter((entry) => entry.unspooled && entry.dirty).slice(0, limit)
    for (const entry of found) entry.unspooled = false
    return found.map(({ row }) => row)
  }

  /** Moves all minutes in time: the clock has just learnt by how much it was wrong. */
  shift(ms: number): void {
    const by = Math.round(ms / MINUTE_MS) * MINUTE_MS
    const all = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of all) {
      entry.row.minute += by
      this.#entries.set(keyOf(entry.row), entry)
    }
  }

  forgetSpooled(): void {
    for (const entry of this.#entries.values()) entry.unspooled = true
  }

  /** The flush that carried these rows did not arrive. */
  giveBack(rows: readonly FeatureRow[]): void {
    for (const row of rows) {
      const entry = this.#entries.get(keyOf(row))
      if (entry) entry.dirty = true
    }
  }

  /** Lets go of minutes that are over (replicas report within seconds) and taken. */
  release(nowMs: number): void {
    for (const [key, { row, dirty }] of this.#entries) if (!dirty && row.minute + 2 * MINUTE_MS < nowMs) this.#entries.delete(key)
  }

  drop(endpointId: string): void {
    for (const [key, { row }] of this.#entries) if (row.endpointId === endpointId) this.#entries.delete(key)
  }
}

function keyOf(row: Omit<FeatureRow, 'counts' | 'segment'>): string {
  return `${row.minute}/${row.endpointId}/${row.versionId}/${row.role}/${row.baselineId}/${row.feature}`
}
