import { SLOT_MS, slotOf } from '@/lib/clock'
import type { Series } from './router'
import { type Outcome, Window } from './window'

/** Windows kept while nobody takes them (as many as fit one flush); beyond it old ones are folded into their successors: counts are never dropped. */
const MAX_WINDOWS = 4_000
const FOLD_TO = 3_000

/** All windows that the other side has not acknowledged whole, in slot order per series. A slot is the one in which a request completed. */
export class WindowBook {
  readonly #windows = new Map<string, Window>()
  #slot = Number.NEGATIVE_INFINITY
  readonly #current = new Map<string, Window>()
  #folded = false

  get size(): number {
    return this.#windows.size
  }

  count(series: Series, nowMs: number, outcome: Outcome, ms: number, timeout: boolean): Window {
    const slot = slotOf(nowMs)
    if (slot !== this.#slot) {
      this.#current.clear()
      this.#slot = slot
    }
    let window = this.#current.get(series.key)
    if (!window) {
      const key = `${slot}/${series.key}`
      window = this.#windows.get(key) ?? new Window(series, slot)
      this.#windows.set(key, window)
      this.#current.set(series.key, window)
      if (this.#windows.size > MAX_WINDOWS) this.#fold()
    }
    window.count(outcome, ms, timeout)
    return window
  }

  /** Windows with counts that the other side does not have, oldest first; `unspooled`: only those with counts that are not on disk either. */
  pending(unspooled = false): Window[] {
    return [...this.#windows.values()]
      .filter(({ total, acknowledged, spooled }) => total > acknowledged && !(unspooled && total === spooled))
      .sort((a, b) => a.slot - b.slot)
  }

  /** Lets go of windows that are over and known whole to the other side. */
  release(nowMs: number): void {
    for (const [key, window] of this.#windows) {
      if (window.acknowledged === window.total && window.slot + SLOT_MS <= nowMs) this.#windows.delete(key)
    }
  }

  /** Forgets an endpoint's windows: the other side refuses them for good. Returns how many requests they held. */
  drop(endpointId: string): number {
    let requests = 0
    for (const [key, window] of this.#windows) {
      if (window.series.endpointId !== endpointId) continue
      requests += window.total - window.acknowledged
      this.#windows.delete(key)
    }
    this.#current.clear()
    return requests
  }

  /** Moves all windows in time: the clock has just learnt by how much it was wrong. Whole slots. */
  shift(ms: number): void {
    const by = Math.round(ms / SLOT_MS) * SLOT_MS
    if (by === 0) return
    const all = [...this.#windows.values()]
    this.#windows.clear()
    this.#current.clear()
    for (const window of all) {
      window.slot += by
      this.#windows.set(`${window.slot}/${window.series.key}`, window)
    }
    this.#folded = true
  }

  /** Whether windows were folded or moved since this was last asked: what stands of them on disk would count twice then. */
  takeFolded(): boolean {
    const folded = this.#folded
    this.#folded = false
    return folded
  }

  /** Merges each old window into the next of its series, oldest first, until few enough are left. What was partly acknowledged stays as it is. */
  #fold(): void {
    const older = new Map<string, [string, Window]>()
    for (const [key, window] of [...this.#windows].sort(([, a], [, b]) => a.slot - b.slot)) {
      if (this.#windows.size <= FOLD_TO) break
      if (window.acknowledged > 0) continue
      const before = older.get(window.series.key)
      if (before) {
        window.absorb(before[1])
        this.#windows.delete(before[0])
        older.delete(window.series.key)
      } else older.set(window.series.key, [key, window])
    }
    this.#folded = true
  }
}
