import { FULL, type Mirror, type Observe } from '@/lib/endpoints/wish'
import type { SeriesRole } from '@/lib/monitoring/flush'
import { unitHash } from './hash'

/** What counts are kept under; one object per table and role, compared by its key. */
export interface Series {
  readonly key: string
  readonly endpointId: string
  readonly versionId: string
  readonly role: SeriesRole
  readonly generation: number
  readonly labelRate: number
  /** 0: all requests. */
  readonly segment: number
  /** What the rollout wants counted beside requests; null: nothing. */
  readonly observed: Observed | null
}

/** What is counted of an arm beside requests. */
export interface Observed {
  readonly observe: Observe
  /** Counts of the bins of all compared features, one after the other. */
  readonly bins: number
  /** By segment id; and by the name that a request's header gives, for segments without a feature. */
  readonly segments: ReadonlyMap<number, Series>
  readonly named: ReadonlyMap<string, Series>
}

/** An arm of the routing table. `S` is whatever serves it; the router does not look inside. */
export interface RoutedArm<S> {
  /** null: this place does not know it. */
  readonly role: 'live' | 'candidate' | null
  readonly versionId: string
  readonly number: number
  readonly weight: number
  readonly servers: S
  readonly series: Series
  readonly pinned: Series
  /** Served here though assigned elsewhere: predictions only, never counts. */
  readonly fallback: Series
}

/** An arm that gets copies of live requests, and what they are counted under. */
export interface MirroredArm<S> {
  readonly arm: RoutedArm<S>
  readonly series: Series
  /** Of the live requests, 0 to 1. */
  readonly share: number
}

/** Replaced as a whole when anything changes, so that a request sees one state. `arms` with candidates first: they keep the low end of [0, 1). */
export interface RoutingTable<S> {
  readonly generation: number
  readonly salt: string
  readonly arms: readonly RoutedArm<S>[]
  /** Upper ends of the arms' intervals in [0, 1). */
  readonly ends: readonly number[]
  /** null: nothing is copied. */
  readonly mirror: MirroredArm<S> | null
}

export interface Assignment<S> {
  arm: RoutedArm<S>
  series: Series
}

export interface ArmInput<S> {
  role: 'live' | 'candidate' | null
  versionId: string
  number: number
  weight: number
  servers: S
}

/** Builds a frozen table. Weights in basis points add up to 0 or 10,000. */
export function createTable<S>(
  wish: { endpointId: string; generation: number; salt: string; labelRate: number; observe?: Observe; mirror?: Mirror },
  inputs: readonly ArmInput<S>[],
): RoutingTable<S> {
  const { endpointId, generation, labelRate } = wish
  const series = (versionId: string, role: SeriesRole, observed: Observed | null = null, segment = 0): Series =>
    Object.freeze({
      key: `${endpointId}/${versionId}/${role}/${generation}${segment === 0 ? '' : `/${segment}`}`,
      ...{ endpointId, versionId, role, generation, labelRate, segment, observed },
    })
  const observed = (versionId: string, role: SeriesRole): Observed | null => {
    const { observe } = wish
    if (!observe) return null
    const segments = new Map(observe.segments.map(({ id }) => [id, series(versionId, role, null, id)]))
    const named = observe.segments.flatMap(({ id, name, feature }) => {
      const own = segments.get(id)
      return own && feature === undefined ? [[name, own] as const] : []
    })
    const bins = observe.features.reduce((sum, { edges }) => sum + edges.length + 2, 0)
    return { observe, bins, segments, named: new Map(named) }
  }
  const arms = [...inputs]
    .sort((a, b) => Number(a.role === 'live') - Number(b.role === 'live'))
    .map((arm) =>
      Object.freeze({
        ...arm,
        series: series(arm.versionId, arm.role ?? 'pinned', observed(arm.versionId, arm.role ?? 'pinned')),
        pinned: series(arm.versionId, 'pinned'),
        fallback: series(arm.versionId, 'fallback'),
      }),
    )
  let sum = 0
  const ends = arms.map((arm) => {
    sum += arm.weight
    return sum / FULL
  })
  const copied = arms.find((arm) => arm.versionId === wish.mirror?.versionId)
  const mirror =
    wish.mirror && copied
      ? Object.freeze({ arm: copied, series: series(copied.versionId, 'shadow'), share: wish.mirror.share / FULL })
      : null
  return Object.freeze({ generation, salt: wish.salt, arms: Object.freeze(arms), ends: Object.freeze(ends), mirror })
}

/**
 * Assigns a request to an arm: by its pin, else by its salted key, else by chance. Raising the candidate's weight moves no key back.
 * null when no arm has weight, or none has the pinned role.
 */
export function assign<S>(
  table: RoutingTable<S>,
  key: string | undefined,
  pin: string | undefined,
  random: () => number = Math.random,
): Assignment<S> | null {
  if (pin !== undefined) {
    const arm = table.arms.find((candidate) => candidate.role === pin)
    return arm ? { arm, series: arm.pinned } : null
  }
  const place = key === undefined ? random() : unitHash(table.salt, key)
  for (let i = 0; i < table.arms.length; i += 1) {
    const arm = table.arms[i]
    if (place < table.ends[i]) return { arm, series: arm.series }
  }
  return null
}
