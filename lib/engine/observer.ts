import type { Tx } from '@/lib/db'
import type { ClusterTarget, Driver, ObserveResult, Unreachable } from '@/lib/drivers/driver'
import { unseal } from '@/lib/seal'
import { bounded } from './clock'

/** Longest wait for one call to a cluster, by its driver. Milliseconds. */
const BOUND_MS: Record<string, number> = { local: 1_000 }
const BOUND_DEFAULT_MS = 5_000

/** A cluster that the engine can call. */
export interface OpenCluster {
  target: ClusterTarget
  driver: Driver
  boundMs: number
}

/** How the engine comes to its drivers and its key. */
export interface ClusterPorts {
  /** Throws for a kind that this engine does not have. */
  driver(kind: string): Driver
  sealingKey: string | null
}

/** Opens clusters by id: driver and unsealed credential. What cannot be opened is unreachable, with the reason. */
export async function openClusters(tx: Tx, ports: ClusterPorts, ids: readonly string[]): Promise<Map<string, OpenCluster | Unreachable>> {
  const rows = await readClusters(tx, ids)
  return new Map(rows.map((row) => [row.id, openCluster(ports, row)]))
}

/** Clusters as they are registered, credentials sealed. */
export async function readClusters(tx: Tx, ids: readonly string[]): Promise<ClusterRow[]> {
  return tx.cluster.findMany({ where: { id: { in: [...ids] } } })
}

export interface ClusterRow {
  id: string
  name: string
  driver: string
  config: unknown
  credential: Uint8Array | null
  credentialKey: string | null
}

/** Opens one. */
export function openCluster(ports: ClusterPorts, row: ClusterRow): OpenCluster | Unreachable {
  try {
    const driver = ports.driver(row.driver)
    const credential = row.credential ? unseal({ bytes: row.credential, keyId: row.credentialKey }, ports.sealingKey ?? '') : ''
    const target = { id: row.id, name: row.name, config: row.config, credential }
    return { target, driver, boundMs: BOUND_MS[row.driver] ?? BOUND_DEFAULT_MS }
  } catch (error) {
    return unreachable(error instanceof Error ? error.message : String(error))
  }
}

export function unreachable(reason: string): Unreachable {
  return { ok: false, kind: 'unreachable', reason }
}

/** One bounded call to a cluster; a driver that throws or is late is an unreachable cluster. */
export async function call<T>(
  cluster: OpenCluster,
  work: (driver: Driver, target: ClusterTarget, signal: AbortSignal) => Promise<T>,
): Promise<T | Unreachable> {
  const { target, driver, boundMs } = cluster
  try {
    return await bounded<T | Unreachable>(
      boundMs,
      (signal) => work(driver, target, signal),
      () => unreachable(`${target.name} did not answer within ${boundMs / 1000} s.`),
    )
  } catch (error) {
    return unreachable(`${target.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Observes clusters, each once for all endpoints that ask within `maxAgeMs`. */
export class Observer {
  readonly #running = new Map<string, { at: number; result: Promise<ObserveResult> }>()

  constructor(private readonly maxAgeMs: number) {}

  observe(id: string, cluster: OpenCluster | Unreachable | undefined): Promise<ObserveResult> {
    if (!cluster) return Promise.resolve(unreachable('The cluster is no longer registered.'))
    if ('kind' in cluster) return Promise.resolve(cluster)
    const running = this.#running.get(id)
    if (running && performance.now() - running.at < this.maxAgeMs) return running.result
    const result = call(cluster, (driver, target, signal) => driver.observe(target, signal))
    this.#running.set(id, { at: performance.now(), result })
    return result
  }
}
