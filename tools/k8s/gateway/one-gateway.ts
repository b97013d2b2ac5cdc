import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import { type Access, Api } from '../api'
import { Program, withFreePorts } from '../program'
import type { Gateway } from './gateway'

const READY_WITHIN_S = 120
const GROUP = '/apis/gateway.networking.k8s.io/v1'

/** Where a Gateway stands. */
export interface At {
  name: string
  namespace: string
}

/** A program with its arguments. */
export interface Command {
  name: string
  file: string
  args: readonly string[]
}

/** What all gateways here have in common: a class, a Gateway with one listener at a free port, and one program. */
export abstract class OneGateway implements Gateway {
  abstract readonly className: string
  abstract readonly controller: string
  /** Its own; removed with it. */
  protected readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-gateway-'))
  protected readonly api: Api
  /** Where callers reach it. */
  protected port = 0
  #program: Program | null = null

  constructor(
    protected readonly access: Access,
    protected readonly at: At,
  ) {
    this.api = new Api(access)
  }

  /** Makes what it needs before its first start; again, with other ports, where one was taken meanwhile. */
  protected abstract prepare(): Promise<void>
  protected abstract command(): Command
  protected abstract answers(): Promise<boolean>
  abstract metrics(): Promise<string>

  protected async joined(): Promise<void> {
    // What its start takes beside its program: nothing, of most.
  }

  /** More that its Gateway says. */
  protected get infrastructure(): object | undefined {
    return undefined
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Makes its class and its Gateway, whose listener has the port that it listens on. */
  async open(): Promise<this> {
    await withFreePorts(async () => {
      this.port = await freePort()
      await this.prepare()
      await this.apply(`${GROUP}/gatewayclasses/${this.className}`, 'GatewayClass', { controllerName: this.controller })
      const listeners = [{ name: 'web', port: this.port, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }]
      await this.apply(this.#path, 'Gateway', { gatewayClassName: this.className, listeners, infrastructure: this.infrastructure })
      await this.start()
    })
    return this
  }

  async start(): Promise<void> {
    const { name, file, args } = this.command()
    this.#program = new Program(name, this.folder, file, args)
    await this.joined().catch((error) => this.#ended(error))
    await this.#program.ready(READY_WITHIN_S, async () => (await this.answers()) && (await this.#listens()))
  }

  /** What it wrote says more than that it was not seen. */
  async #ended(error: Error): Promise<never> {
    await this.kill()
    throw new Error(`${error.message}. It wrote last:\n${this.#program?.tail}`, { cause: error })
  }

  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.kill()
    await this.api.close()
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  protected apply(at: string, kind: string, spec: object): Promise<unknown> {
    const apiVersion = at.split('/').slice(2, 4).join('/')
    const object = { apiVersion, kind, metadata: { name: path.basename(at) }, spec }
    return this.api.send('PATCH', `${at}?fieldManager=tests&force=true`, object, 'application/apply-patch+yaml')
  }

  get #path(): string {
    return `${GROUP}/namespaces/${this.at.namespace}/gateways/${this.at.name}`
  }

  async #listens(): Promise<boolean> {
    interface Status {
      listeners?: { conditions: { type: string; status: string }[] }[]
    }
    const { status } = await this.api.get<{ status?: Status }>(this.#path)
    const conditions = status?.listeners?.flatMap((listener) => listener.conditions)
    return conditions?.some(({ type, status: holds }) => type === 'Programmed' && holds === 'True') ?? false
  }
}

/** Opens it, or leaves nothing behind. */
export async function opened<T extends OneGateway>(gateway: T): Promise<T> {
  try {
    return await gateway.open()
  } catch (error) {
    await gateway.stop()
    throw error
  }
}
