import type { Location } from '@/lib/clusters/schema'
import type { Kind } from './schema'

/** Why an environment of this kind cannot have clusters in these places; null when it can. Pure. */
export function kindMismatch(kind: Kind, clusters: readonly { name: string; location: Location }[]): string | null {
  if (kind === 'hybrid') {
    const places = new Set(clusters.map((cluster) => cluster.location))
    const missing = (['cloud', 'on-prem'] as const).filter((place) => !places.has(place))
    return missing.length === 0
      ? null
      : `A hybrid environment has clusters in a cloud and on-prem; there is none ${missing[0] === 'cloud' ? 'in a cloud' : 'on-prem'}.`
  }
  const wrong = clusters.find((cluster) => cluster.location !== kind)
  if (!wrong) return null
  const place = wrong.location === 'cloud' ? 'in a cloud' : 'on-prem'
  return `A ${kind} environment has only ${kind} clusters; "${wrong.name}" is ${place}. Choose the kind hybrid, or another cluster.`
}
