import type { PlacedEndpoint } from '../store'
import { FULL } from '../wish'

/** The one version that has all traffic on every cluster that holds what is not ours; null: split, different, or not seen. Pure. */
export function routedVersion({ readOnly, clusters }: Pick<PlacedEndpoint, 'readOnly' | 'clusters'>): string | null {
  if (!readOnly) return null
  const taken = new Set(readOnly.clusters.map((each) => each.clusterId))
  const seen = clusters.filter((place) => place.observation && (taken.size === 0 || taken.has(place.clusterId)))
  const versions = new Set(seen.map((place) => place.observation?.arms.find((arm) => arm.weight === FULL)?.versionId ?? null))
  return versions.size === 1 ? ([...versions][0] ?? null) : null
}
