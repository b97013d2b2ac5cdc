import { FULL, type Wish, type WishArm } from '@/lib/endpoints/wish'

/** How many ready replicas carry an arm's weight: all of them at 100 %, half of them at 50 %, one at least. */
export function replicasFor({ weight, replicas }: Pick<WishArm, 'weight' | 'replicas'>): number {
  return Math.min(replicas, Math.ceil((weight * replicas) / FULL))
}

/**
 * Arms that keep a wish from being routed by: traffic moves only to what can answer. An arm that had no weight needs as many replicas ready as its share asks
 * for; a candidate whose weight grows too. An arm that keeps or loses weight never blocks, nor does a live one that had some: while it is down its requests fall to whichever
 * arm is ready.
 */
export function blockedArms(routed: Wish | null, wish: Wish, ready: (arm: WishArm) => number): WishArm[] {
  const weightNow = new Map(routed?.arms.map((arm) => [arm.versionId, arm.weight]))
  return wish.arms.filter((arm) => {
    const now = weightNow.get(arm.versionId) ?? 0
    const gains = arm.weight > now && (now === 0 || arm.role === 'candidate')
    return gains && ready(arm) < replicasFor(arm)
  })
}

/** Why a wish cannot be meant; null when it can. */
export function wrongWish(wish: Wish): string | null {
  const sum = wish.arms.reduce((total, arm) => total + arm.weight, 0)
  if (sum !== 0 && sum !== 10_000)
    return `The weights add up to ${sum} basis points: they must add up to 10000, or to 0 for no live version.`
  if (new Set(wish.arms.map((arm) => arm.versionId)).size !== wish.arms.length) return 'Two arms have the same version.'
  if (wish.arms.filter((arm) => arm.role === 'live').length > 1) return 'Two arms are live.'
  const empty = wish.arms.find((arm) => arm.weight > 0 && arm.replicas === 0)
  if (empty) return `Version ${empty.number} has weight but no replicas.`
  if (wish.mirror && !wish.arms.some((arm) => arm.versionId === wish.mirror?.versionId && arm.role === 'candidate'))
    return 'Copies are asked for a version that is no candidate here.'
  const uneven = wish.arms
    .flatMap((arm) => [...(arm.baseline?.features ?? []), ...(arm.baseline?.score ? [arm.baseline.score] : [])])
    .find(({ edges }) => edges.length > 198 || edges.some((edge, i) => i > 0 && edge <= edges[i - 1]))
  return uneven ? `The bins of "${uneven.name}" need at most 198 edges that rise.` : null
}
