import type { Driver } from './driver'
import { localDriver } from './local/driver'

const DRIVERS: Record<string, Driver> = { local: localDriver }

/** The driver of a cluster's kind. Throws for a kind that this engine does not have. */
export function driverOf(kind: string): Driver {
  const driver = Object.hasOwn(DRIVERS, kind) ? DRIVERS[kind] : undefined
  if (!driver) throw new Error(`There is no driver "${kind}": this engine has ${Object.keys(DRIVERS).join(', ')}.`)
  return driver
}
