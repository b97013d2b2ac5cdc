import { vi } from 'vitest'

/** Waits for a condition, with a limit that a busy machine keeps. */
export function until<T>(condition: () => T | Promise<T>, ms = 20_000) {
  return vi.waitUntil(condition, { timeout: ms, interval: 25 })
}
