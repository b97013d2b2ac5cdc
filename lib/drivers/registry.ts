import { clusterTargets } from '@/lib/outbound/cluster-targets'
import type { Driver } from './driver'
import { kubernetesDriver } from './kubernetes/driver'
import { localDriver } from './local/driver'

let kubernetes: Driver | undefined

const DRIVERS: Record<string, () => Driver> = {
  local: () => localDriver,
  // One for all clusters, because it keeps their connections; made when it is first asked for, because where they may be is read from the environment.
  kubernetes: () => {
    kubernetes ??= kubernetesDriver(clusterTargets())
    return kubernetes
  },
}

/** The driver of a cluster's kind. Throws for a kind that this engine does not have. */
export function driverOf(kind: string): Driver {
  const driver = Object.hasOwn(DRIVERS, kind) ? DRIVERS[kind] : undefined
  if (!driver) throw new Error(`There is no driver "${kind}": this engine has ${Object.keys(DRIVERS).join(', ')}.`)
  return driver()
}
