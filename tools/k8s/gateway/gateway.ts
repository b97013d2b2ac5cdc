import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import { type Access, Api } from '../api'
import { Program, withFreePorts } from '../program'
import { findGateway } from './program'

/** A gateway that is none of ours: Traefik, as its users run it, beside one API server. */
export interface Gateway {
  /** Where callers reach it, without a slash at its end. */
  url: string
  /** What it tells a Prometheus that scrapes it. */
  metrics(): Promise<string>
  /** Ends it at once, as kill -9 does: nothing answers at its address until `start`. */
  kill(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  stop(): Promise<void>
}

const READY_WITHIN_S = 120
const GROUP = '/apis/gateway.networking.k8s.io/v1'
const CLASS = 'traefik'

interface Ports {
  callers: number
  own: number
}

class Traefik implements Gateway {
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-gateway-'))
  readonly #api: Api
  #ports: Ports = { callers: 0, own: 0 }
  #program: Program | null = null

  constructor(
    private readonly access: Access,
    private readonly file: string,
    private readonly at: { name: string; namespace: string },
  ) {
    this.#api = new Api(access)
    fs.writeFileSync(path.join(this.#folder, 'token'), access.token, { mode: 0o600 })
    fs.writeFileSync(path.join(this.#folder, 'ca.crt'), access.ca)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.callers}`
  }

  /** Makes its class and its Gateway, whose listener has the port that it listens on. */
  async open(): Promise<this> {
    await withFreePorts(async () => {
      this.#ports = { callers: await freePort(), own: await freePort() }
      await this.#apply(`${GROUP}/gatewayclasses/${CLASS}`, 'GatewayClass', { controllerName: 'traefik.io/gateway-controller' })
      const listeners = [{ name: 'web', port: this.#ports.callers, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }]
      await this.#apply(this.#path, 'Gateway', { gatewayClassName: CLASS, listeners })
      await this.start()
    })
    return this
  }

  async start(): Promise<void> {
    this.#program = new Program('traefik', this.#folder, this.file, this.#args())
    await this.#program.ready(READY_WITHIN_S, () => this.#isProgrammed())
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#ports.own}/metrics`)).text()
  }

  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.kill()
    await this.#api.close()
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  get #path(): string {
    return `${GROUP}/namespaces/${this.at.namespace}/gateways/${this.at.name}`
  }

  /** As in its documentation: https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway. */
  #args(): string[] {
    const provider = '--providers.kubernetesgateway'
    return [
      `--entrypoints.web.address=127.0.0.1:${this.#ports.callers}`,
      `--entrypoints.traefik.address=127.0.0.1:${this.#ports.own}`,
      `${provider}.endpoint=${this.access.url}`,
      `${provider}.token=${path.join(this.#folder, 'token')}`,
      `${provider}.certauthfilepath=${path.join(this.#folder, 'ca.crt')}`,
      `${provider}.statusaddress.ip=127.0.0.1`,
      '--ping=true',
      '--metrics.prometheus=true',
      '--metrics.prometheus.addserviceslabels=true',
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      '--log.level=INFO',
    ]
  }

  async #isProgrammed(): Promise<boolean> {
    if (!(await fetch(`http://127.0.0.1:${this.#ports.own}/ping`)).ok) return false
    const { status } = await this.#api.get<{ status?: { conditions?: { type: string; status: string }[] } }>(this.#path)
    return status?.conditions?.some(({ type, status: holds }) => type === 'Programmed' && holds === 'True') ?? false
  }

  #apply(at: string, kind: string, spec: object): Promise<unknown> {
    const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: path.basename(at) }, spec }
    return this.#api.send('PATCH', `${at}?fieldManager=tests&force=true`, object, 'application/apply-patch+yaml')
  }
}

/** Starts it for a Gateway of this name, on free ports of loopback; it ends with this process. Throws where its program is not: `npm run test:clusters` builds it. */
export async function startGateway(access: Access, at: { name: string; namespace: string }): Promise<Gateway> {
  const file = findGateway()
  if (!file) throw new Error('There is no gateway here: "npm run test:clusters" builds it, or set TEST_ASSET_TRAEFIK')
  const gateway = new Traefik(access, file, at)
  try {
    return await gateway.open()
  } catch (error) {
    await gateway.stop()
    throw error
  }
}
