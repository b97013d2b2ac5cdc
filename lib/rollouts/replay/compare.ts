/** One number or word that did not come out again. */
export interface Difference {
  readonly path: string
  readonly stored: unknown
  readonly again: unknown
}

/** Two numbers of different machines count as equal within this, relative to the larger, or absolute below 1. */
export const TOLERANCE = 1e-9

/**
 * Where what is computed again differs from what was stored. Only what was stored is compared: a judge of today may say more than one of then said. Numbers
 * that differ by at most `tolerance` (0: not at all) are equal.
 */
export function differences(stored: unknown, again: unknown, tolerance: number, path = ''): Difference[] {
  if (typeof stored === 'number' && typeof again === 'number') {
    const near = Math.abs(stored - again) <= tolerance * Math.max(1, Math.abs(stored), Math.abs(again))
    return stored === again || near ? [] : [{ path, stored, again }]
  }
  if (stored === null || again === null || again === undefined || typeof stored !== 'object' || typeof again !== 'object')
    return stored === again ? [] : [{ path, stored, again: again ?? null }]
  if (Array.isArray(stored) && Array.isArray(again) && stored.length !== again.length)
    return [{ path: `${path}.length`, stored: stored.length, again: again.length }]
  const other = again as Record<string, unknown>
  return Object.entries(stored).flatMap(([key, value]) => differences(value, other[key], tolerance, path ? `${path}.${key}` : key))
}
