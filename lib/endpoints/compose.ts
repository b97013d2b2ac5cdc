import type { Wish, WishArm } from './wish'

/** What a version brings into a wish: everything that never changes. */
export type VersionParts = Pick<WishArm, 'versionId' | 'number' | 'digest' | 'location' | 'threshold' | 'baseline'>

/** One version as it is wanted on a cluster. Weight in basis points. */
export interface ArmTarget {
  role: WishArm['role']
  versionId: string
  weight: number
  replicas: number
  /** It also gets copies of so many of the live requests, in basis points; absent: of none. */
  mirror?: number
}

/** What all clusters of an endpoint share. */
export type EndpointParts = Pick<Wish, 'endpointId' | 'environment' | 'model' | 'keys' | 'labelRate' | 'salt' | 'observe'>

/**
 * The whole wish of one cluster. Arms are ordered by role, then number, so that the same want is the same wish. Throws for a version whose parts are
 * missing: a wish is never sent without one of its versions.
 */
export function composeWish(parts: EndpointParts, arms: readonly ArmTarget[], versions: ReadonlyMap<string, VersionParts>): Wish {
  const whole = arms.map((arm): WishArm => {
    const version = versions.get(arm.versionId)
    if (!version) throw new Error(`The version ${arm.versionId} of the wish is not known.`)
    return { ...version, role: arm.role, weight: arm.weight, replicas: arm.replicas }
  })
  whole.sort((a, b) => (a.role === b.role ? a.number - b.number : a.role === 'live' ? -1 : 1))
  const keys = [...parts.keys].sort((a, b) => (a.id < b.id ? -1 : 1))
  const copied = arms.find((arm) => arm.mirror)
  const mirror = copied?.mirror ? { mirror: { versionId: copied.versionId, share: copied.mirror } } : {}
  return { ...parts, keys, arms: whole, ...mirror, generation: 0, fence: 0 }
}
