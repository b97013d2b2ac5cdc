import { env } from '@/lib/env'
import type { Allow } from './address'

/** Where API servers of clusters may be beside the public internet, as whoever runs this house allows (`SLIPWAY_CLUSTER_TARGETS`). */
export function clusterTargets(): Allow {
  const named = env().SLIPWAY_CLUSTER_TARGETS
  return { private: named.includes('private'), loopback: named.includes('loopback') }
}
