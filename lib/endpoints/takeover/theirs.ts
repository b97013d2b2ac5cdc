import type { PlacedCluster, PlacedEndpoint } from '../store'
import type { ObservedEndpoint } from '../wish'

/**
 * True if what was seen on a cluster is the route of another writer that is known of already. It stays theirs until a person decides: our fence and generation
 * grow meanwhile, and may outgrow theirs. Pure.
 */
export function isStillTheirs(
  { readOnly }: Pick<PlacedEndpoint, 'readOnly'>,
  { clusterId }: Pick<PlacedCluster, 'clusterId'>,
  observed: ObservedEndpoint | null,
): boolean {
  const theirs = readOnly?.clusters.find((each) => each.clusterId === clusterId)
  return theirs !== undefined && theirs.fence === observed?.fence && theirs.generation === observed.generation
}
