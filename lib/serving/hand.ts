import { FULL, type Wish } from '@/lib/endpoints/wish'

/** As far above the wish that is there as a rescue goes: late writes of an engine are refused. */
export const LEAP = 1_000

/** The wish with all traffic on one of its versions, the others kept ready at 0; null: the version is not in it. Pure. */
export function returned(wish: Wish, version: number): Wish | null {
  const to = wish.arms.find((arm) => arm.number === version)
  if (!to) return null
  const arms = wish.arms.map((arm) =>
    arm === to
      ? { ...arm, role: 'live' as const, weight: FULL, replicas: Math.max(1, arm.replicas) }
      : { ...arm, role: 'candidate' as const, weight: 0 },
  )
  const { mirror: _mirror, ...kept } = wish
  return { ...kept, fence: wish.fence + LEAP, generation: wish.generation + 1, arms }
}
