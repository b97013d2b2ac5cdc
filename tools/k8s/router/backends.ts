import type { Followed } from '../follow'

/** The parts of an EndpointSlice that the router reads. */
export interface Slice extends Followed {
  metadata: Followed['metadata'] & { labels?: Record<string, string> }
  ports?: { name?: string; port?: number }[] | null
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean } }[] | null
}

export interface Backend {
  address: string
  port: number
}

const SERVICE = 'kubernetes.io/service-name'

/** What is ready behind the Services of a namespace. A Service of Slipway's has one port: its slices say where that leads. */
export class Backends {
  readonly #slices = new Map<string, Slice>()
  #next = 0

  saw(slice: Slice): void {
    this.#slices.set(slice.metadata.name, slice)
  }

  lost(slice: Slice): void {
    this.#slices.delete(slice.metadata.name)
  }

  /** One of them, each in turn; null: none is ready. */
  pick(service: string): Backend | null {
    const ready = [...this.#slices.values()]
      .filter(({ metadata }) => metadata.labels?.[SERVICE] === service)
      .flatMap(({ ports, endpoints }) =>
        (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses }) => addresses.map((address) => ({ address, port: ports?.[0]?.port ?? 0 }))),
      )
    this.#next += 1
    return ready[this.#next % ready.length] ?? null
  }
}
