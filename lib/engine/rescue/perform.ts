import type { ApplyResult, ClusterTarget, Driver, Unreachable } from '@/lib/drivers/driver'
import { FULL, type ObservedEndpoint, type Wish, type WishArm } from '@/lib/endpoints/wish'
import type { BookCluster, BookEntry, BookVersion, RescueBook } from './book'

/** So far above what is there that no engine that still works on the endpoint comes near it: its writes are refused, and it sees that another was first. */
export const RESCUE_FENCE = 1_000
const ANSWER_WITHIN_MS = 5_000

/** A cluster of the endpoint as the rescue finds it. `observed` null: the cluster does not know the endpoint. */
export interface Reached {
  cluster: BookCluster
  driver: Driver
  target: ClusterTarget
  observed: ObservedEndpoint | null
}

export interface Missed {
  cluster: BookCluster
  reason: string
}

export interface Sighting {
  reached: Reached[]
  missed: Missed[]
}

/** Asks every cluster of the endpoint, side by side, what it routes by. */
export async function sight(book: RescueBook, entry: BookEntry, driverOf: (kind: string) => Driver): Promise<Sighting> {
  const found: Sighting = { reached: [], missed: [] }
  await Promise.all(
    entry.clusters.map(async (cluster) => {
      try {
        const driver = driverOf(cluster.driver)
        const target = { id: cluster.id, name: cluster.name, config: cluster.config, credential: book.credentialOf(cluster) }
        const seen = await driver.observe(target, AbortSignal.timeout(ANSWER_WITHIN_MS))
        if (!seen.ok) found.missed.push({ cluster, reason: seen.reason })
        else found.reached.push({ cluster, driver, target, observed: seen.endpoints.get(entry.endpointId) ?? null })
      } catch (error) {
        found.missed.push({ cluster, reason: (error as Error).message })
      }
    }),
  )
  const order = (a: { cluster: BookCluster }, b: { cluster: BookCluster }) =>
    entry.clusters.indexOf(a.cluster) - entry.clusters.indexOf(b.cluster)
  return { reached: found.reached.sort(order), missed: found.missed.sort(order) }
}

/** Fence and generation above everything that is known or seen. */
export function nextNumbers(entry: BookEntry, reached: readonly Reached[]): { fence: number; generation: number } {
  const wishes = entry.clusters.flatMap((cluster) => cluster.wish ?? [])
  const seen = reached.flatMap(({ observed }) => observed ?? [])
  return {
    fence: Math.max(0, ...wishes.map((wish) => wish.fence), ...seen.map((each) => each.fence)) + RESCUE_FENCE,
    generation:
      Math.max(0, entry.generation, ...wishes.map((wish) => wish.generation), ...seen.map((each) => Math.max(0, each.generation))) + 1,
  }
}

/** The last wish with all traffic on `version`; what ran beside it stays ready at weight 0, so that going forward again is as quick. Null: no wish was ever made for it. */
export function rescueWish(
  entry: BookEntry,
  cluster: BookCluster,
  version: BookVersion,
  numbers: { fence: number; generation: number },
): Wish | null {
  const base = cluster.wish ?? entry.clusters.find((each) => each.wish)?.wish
  if (!base) return null
  const there = base.arms.find((arm) => arm.versionId === version.versionId)
  const to: WishArm = { ...version, role: 'live', weight: FULL, replicas: Math.max(1, there?.replicas ?? entry.replicas) }
  const rest = base.arms
    .filter((arm) => arm.versionId !== version.versionId)
    .map((arm): WishArm => ({ ...arm, role: 'candidate', weight: 0 }))
  const { mirror: _mirror, ...kept } = base
  return { ...kept, ...numbers, arms: [to, ...rest].slice(0, 4) }
}

export type Written = { reached: Reached; result: ApplyResult | Unreachable }

/** Writes the wish of the rescue to every cluster that was reached. */
export async function write(
  entry: BookEntry,
  reached: readonly Reached[],
  version: BookVersion,
  numbers: { fence: number; generation: number },
): Promise<Written[]> {
  return Promise.all(
    reached.map(async (each): Promise<Written> => {
      const wish = rescueWish(entry, each.cluster, version, numbers)
      if (!wish) return { reached: each, result: { ok: false, kind: 'unreachable', reason: 'no wish was ever made for it.' } }
      const result = await each.driver.apply(each.target, wish, AbortSignal.timeout(ANSWER_WITHIN_MS))
      return { reached: each, result }
    }),
  )
}

/** Whether the cluster routes everything to the version by now; null: it does not answer. */
export async function routes({ driver, target }: Reached, endpointId: string, versionId: string): Promise<boolean | null> {
  const seen = await driver.observe(target, AbortSignal.timeout(ANSWER_WITHIN_MS))
  if (!seen.ok) return null
  return seen.endpoints.get(endpointId)?.arms.some((arm) => arm.versionId === versionId && arm.weight === FULL) ?? false
}
