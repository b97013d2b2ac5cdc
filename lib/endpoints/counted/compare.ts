import { offWeight } from '@/lib/analysis/weight'
import { FULL } from '../wish'
import type { CountedArm, Witness } from './schema'

/** What a cluster says it routes by, in basis points. */
export interface Acknowledged {
  versionId: string
  number: number | null
  weight: number
}

/** Requests of one version: by the present wish and by older ones, and whether any of them came with a routing key. */
export interface CountedVersion {
  versionId: string
  number: number | null
  n: number
  older: number
  keyed: boolean
}

export interface Span {
  from: number
  to: number
}

/** Compares what was counted with the acknowledged weights. A version without a weight has the weight 0: it should get nothing. Pure. */
export function compare(by: string, span: Span, weights: readonly Acknowledged[], rows: readonly CountedVersion[], pinned = 0): Witness {
  const n = rows.reduce((sum, row) => sum + row.n, 0)
  const older = rows.reduce((sum, row) => sum + row.older, 0)
  const keyed = rows.some((row) => row.keyed)
  const known = weights.map((each) => ({ ...each, n: rows.find((row) => row.versionId === each.versionId)?.n ?? 0 }))
  const others = rows.filter((row) => row.n > 0 && !weights.some((each) => each.versionId === row.versionId))
  const arms = [...known, ...others.map(({ versionId, number, n: own }) => ({ versionId, number, n: own, weight: 0 }))].map(
    ({ versionId, number, weight, n: own }): CountedArm => {
      // Whoever sends one key sends many requests: between 0 and 100 % their share is no sum of single draws.
      const drawn = !keyed || weight === 0 || weight === FULL
      return { versionId, number, n: own, weight, off: drawn ? offWeight(own, n, weight / FULL) : null }
    },
  )
  const proves = arms.some((arm) => arm.weight > 0 && arm.weight < FULL)
  // Where shares prove nothing, that older wishes still assign requests does.
  const behind = keyed && proves && offWeight(older, n, 0) !== null
  const off = behind || arms.some((arm) => arm.off !== null)
  const state = n === 0 ? 'quiet' : off ? 'off' : keyed && proves ? 'by-key' : 'agrees'
  return { by, state, ...span, n, older, pinned, arms, reason: '' }
}

/** No number, and why. */
export function unverified(by: string, span: Span, reason: string): Witness {
  return { by, state: 'unverified', ...span, n: 0, older: 0, pinned: 0, arms: [], reason }
}

/** The weights are too new. */
export function early(by: string, span: Span): Witness {
  return { by, state: 'early', ...span, n: 0, older: 0, pinned: 0, arms: [], reason: '' }
}

/**
 * What a gateway's own metrics say, per version. It cannot tell pinned requests from others: that a version with the weight 0 or 100 % got some, or some less, is not called off. Pure.
 */
export function compareGateway(by: string, span: Span, weights: readonly Acknowledged[], requests: ReadonlyMap<string, number>): Witness {
  const rows = weights.map(({ versionId, number }) => ({ versionId, number, n: requests.get(versionId) ?? 0, older: 0, keyed: false }))
  const said = compare(by, span, weights, rows)
  const arms = said.arms.map((arm) => (arm.weight > 0 && arm.weight < FULL ? arm : { ...arm, off: null }))
  return { ...said, arms, state: said.n === 0 ? 'quiet' : arms.some((arm) => arm.off !== null) ? 'off' : 'agrees' }
}

/** Our counters on a cluster: how many report, how many stopped within the span without a word. `none`: why none of them counts this endpoint; null: they do. */
export interface Counters {
  counting: number
  silent: number
  none: string | null
}

/** What our own windows say. A counter that was cut off may hold what is missing: what contradicts the weights without it is not told. Pure. */
export function compareWindows(
  span: Span,
  weights: readonly Acknowledged[],
  rows: readonly CountedVersion[],
  pinned: number,
  { counting, silent, none }: Counters,
): Witness {
  if (span.to <= span.from) return early('windows', span)
  const said = compare('windows', span, weights, rows, pinned)
  if (said.n === 0 && none) return unverified('windows', span, none)
  if (counting === 0) return unverified('windows', span, 'no counter reports.')
  const all = counting + silent
  if (said.state === 'off' && silent > 0)
    return unverified('windows', span, `${silent} of ${all} counters ${silent === 1 ? 'is' : 'are'} silent, and may hold what is missing.`)
  return said
}
