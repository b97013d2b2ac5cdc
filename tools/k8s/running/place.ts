import { rm } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import type { Container, Pod } from '../fate'
import { nextAddress } from '../tended-pod'
import { leaveAddress, takeAddress } from './address'

const LOOPBACK = '127.0.0.1'

/** Where one of a pod's ports answers on this machine. */
export interface Spot {
  host: string
  port: number
}

/**
 * Where a pod stands on this machine, which has neither mounts nor a network of each pod's own: a folder for its volumes, and an address of its own, where the machine may
 * be given one. Where it may not, the API server is told an address of nowhere, and each port is a free one of loopback. What a container is told in paths and ports is
 * told in these.
 */
export class Place {
  readonly #ports = new Map<number, number>()
  #own: string | null = null
  /** The pod's, as the API server has it. */
  address = ''

  constructor(
    private readonly pod: Pod,
    readonly folder: string,
  ) {}

  async take(): Promise<void> {
    this.#own = await takeAddress()
    this.address = this.#own ?? nextAddress()
    for (const { containerPort } of this.pod.spec.containers.flatMap(({ ports }) => ports ?? []))
      this.#ports.set(containerPort, this.#own ? containerPort : await freePort())
  }

  async leave(): Promise<void> {
    if (this.#own) await leaveAddress(this.#own)
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }

  /** Where its processes listen. */
  get host(): string {
    return this.#own ?? LOOPBACK
  }

  /** Where one of the pod's ports answers, by its number or name. */
  spotOf(port: number | string): Spot | undefined {
    const ports = this.pod.spec.containers.flatMap((each) => each.ports ?? [])
    const number = typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort
    const at = number === undefined ? undefined : this.#ports.get(number)
    return at === undefined ? undefined : { host: this.host, port: at }
  }

  volume(name: string): string {
    return path.join(this.folder, name)
  }

  /** An argument or a variable, as it is on this machine: paths of its mounts, and a port at its end. */
  told({ volumeMounts = [] }: Container, text: string): string {
    const [mount] = volumeMounts.filter(({ mountPath }) => new RegExp(`(^|=)${mountPath}(/|$)`).test(text))
    const placed = mount ? text.replace(mount.mountPath, this.volume(mount.name)) : text
    return placed.replace(/(^|[=:])(\d+)$/, (all, before, port) => {
      const own = this.#ports.get(Number(port))
      return own === undefined ? all : `${before}${own}`
    })
  }
}
