import type { Location } from '@/lib/clusters/schema'

/** What callers must know where an environment has several clusters: nothing of Slipway's stands before them all. null: it has one. */
export function trafficWords(clusters: readonly { location: Location }[]): string | null {
  if (clusters.length < 2) return null
  const between = new Set(clusters.map((cluster) => cluster.location)).size > 1 ? 'on-prem and cloud' : 'clusters'
  return `Callers choose the cluster by its address. Slipway shares traffic between versions inside each cluster, not between ${between}.`
}
