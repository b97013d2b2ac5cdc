import { randomUUID } from 'node:crypto'
import { vi } from 'vitest'
import type { ObservedEndpoint, Wish, WishArm } from '@/lib/endpoints/wish'
import type { ClusterTarget, Driver } from './driver'

/** What a driver's test brings: a cluster that runs, and one that nobody answers for. */
export interface ContractSetup {
  driver: Driver
  cluster: ClusterTarget
  unreachable: ClusterTarget
  /** Two artifacts that the cluster can run. */
  digests: [string, string]
  /** An artifact that the cluster cannot get: its version never becomes ready. */
  missing: string
  /** The cluster's weights move only when they are written: what waits for capacity is written by the next turn, which applies the same wish again. */
  turns?: boolean
  close(): Promise<void>
}

/** Bounds for what hangs, not for what is slow: a busy machine takes its time. */
export const READY_MS = 120_000
const CALL_MS = 60_000

/** What the promises are tried with. */
export class ContractRun {
  #setup: ContractSetup | undefined

  open(setup: ContractSetup): void {
    this.#setup = setup
  }

  get it(): ContractSetup {
    if (!this.#setup) throw new Error('The contract runs only after its setup.')
    return this.#setup
  }

  signal(): AbortSignal {
    return AbortSignal.timeout(CALL_MS)
  }

  arm(over: Partial<WishArm> = {}): WishArm {
    const [digest] = this.it.digests
    return {
      role: 'live',
      versionId: randomUUID(),
      number: 1,
      digest,
      threshold: 0.25,
      replicas: 1,
      weight: 10_000,
      baseline: null,
      ...over,
    }
  }

  wish(over: Partial<Wish> = {}): Wish {
    const address = { endpointId: randomUUID(), environment: 'contract', model: randomUUID() }
    return { ...address, generation: 1, fence: 1, salt: 'salt', arms: [this.arm()], keys: [], labelRate: 0.5, ...over }
  }

  async observe(endpointId: string): Promise<ObservedEndpoint | undefined> {
    const seen = await this.it.driver.observe(this.it.cluster, this.signal())
    if (!seen.ok) throw new Error(seen.reason)
    return seen.endpoints.get(endpointId)
  }

  /** Waits until a wish is what is routed by; as an engine does, which looks again and again, and applies again where that is the driver's way. */
  acknowledged(of: Wish): Promise<ObservedEndpoint> {
    const look = async () => {
      const seen = await this.observe(of.endpointId)
      if (seen?.generation === of.generation) return seen
      if (this.it.turns) await this.it.driver.apply(this.it.cluster, of, this.signal())
      return false
    }
    return vi.waitUntil(look, { timeout: READY_MS, interval: 50 })
  }
}
