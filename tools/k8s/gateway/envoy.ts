import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Access } from '../api'
import { installCrds } from '../crds'
import { kubeconfigOf } from '../kubeconfig'
import { ENVOY_VERSION, findEnvoyProxy } from './envoy-proxy'
import type { Gateway } from './gateway'
import { type At, type Command, OneGateway, opened } from './one-gateway'
import { OwnHost } from './own-host'
import { programOf } from './program'

const run = promisify(execFile)
/** Where it reads its certificates, wherever it runs. */
const CERTIFICATES = '/certs'
const PROXY = 'slipway-tests'
/** Envoy Gateway, not in a pod but on a host of its own, because it listens at ports that no setting changes: its resources from the API server, Envoy as its child process. */
class EnvoyGateway extends OneGateway {
  readonly className = 'envoy'
  readonly controller = 'gateway.envoyproxy.io/gatewayclass-controller'
  readonly #file = programOf('envoy')
  readonly #config = path.join(this.folder, 'config')
  readonly #host = new OwnHost(this.folder)
  #isForwarded = false

  override get url(): string {
    return `http://${this.#host.address}:${this.port}`
  }

  protected override get infrastructure(): object {
    return { parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: PROXY } }
  }

  protected async prepare(): Promise<void> {
    await installCrds(this.access, ['envoy-gateway'])
    const proxies = `/apis/gateway.envoyproxy.io/v1alpha1/namespaces/${this.at.namespace}/envoyproxies`
    await this.apply(`${proxies}/${PROXY}`, 'EnvoyProxy', {
      provider: { type: 'Host', host: { envoyVersion: ENVOY_VERSION } },
      telemetry: { metrics: { enablePerEndpointStats: true } },
    })
    const { hostname, port } = new URL(this.access.url)
    const access = { ...this.access, url: `https://${this.#host.machine}:${port}` }
    fs.writeFileSync(path.join(this.folder, 'kubeconfig'), kubeconfigOf('gateway', access, hostname), { mode: 0o600 })
    fs.writeFileSync(path.join(this.folder, 'envoy-gateway.json'), JSON.stringify(this.#settings()))
    const bin = path.join(this.folder, 'data', 'envoy-versions', ENVOY_VERSION, 'bin')
    fs.mkdirSync(bin, { recursive: true })
    fs.symlinkSync(findEnvoyProxy() ?? '', path.join(bin, 'envoy'))
    await this.#makeCertificates()
  }

  protected override async joined(): Promise<void> {
    await this.#host.join()
    if (this.#isForwarded) return
    this.#isForwarded = true
    await this.#host.forward(Number(new URL(this.access.url).port))
  }

  override async stop(): Promise<void> {
    this.#host.leave()
    await super.stop()
  }

  /** As in its documentation: https://gateway.envoyproxy.io/docs/tasks/operations/standalone-deployment-mode. */
  #settings(): object {
    const homes = { configHome: this.#config, dataHome: this.#in('data'), stateHome: this.#in('state'), runtimeDir: this.#in('run') }
    const custom = {
      resource: { type: 'Kubernetes', kubernetes: { leaderElection: { disable: true } } },
      infrastructure: { type: 'Host', host: homes },
    }
    return {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyGateway',
      gateway: { controllerName: this.controller },
      logging: { level: { default: 'info' } },
      provider: { type: 'Custom', custom },
    }
  }

  /** What it and Envoy know each other by: in files, and in the Secrets that it looks for. */
  async #makeCertificates(): Promise<void> {
    await run(this.#file, ['certgen', '--local', '--config-home', this.#config])
    const read = (file: string) => fs.readFileSync(path.join(this.#config, 'certs', file)).toString('base64')
    const tls = Object.fromEntries(['ca.crt', 'tls.crt', 'tls.key'].map((file) => [file, read(`envoy/${file}`)]))
    const secrets = `/api/v1/namespaces/${this.at.namespace}/secrets`
    await this.api.send('POST', secrets, { metadata: { name: 'envoy' }, type: 'kubernetes.io/tls', data: tls })
    const hmac = { 'hmac-secret': read('envoy-oidc-hmac/hmac-secret') }
    await this.api.send('POST', secrets, { metadata: { name: 'envoy-oidc-hmac' }, data: hmac })
  }

  protected command(): Command {
    const guest = {
      env: [`KUBECONFIG=${this.#in('kubeconfig')}`, `ENVOY_GATEWAY_NAMESPACE=${this.at.namespace}`],
      file: this.#file,
      args: ['server', '--config-path', this.#in('envoy-gateway.json')],
      ...{ from: path.join(this.#config, 'certs', 'envoy-gateway'), to: CERTIFICATES },
    }
    return { name: 'envoy-gateway', ...this.#host.command(guest) }
  }

  /** Where there is no route, Envoy says so. */
  protected async answers(): Promise<boolean> {
    return (await fetch(this.url)).status === 404
  }

  async metrics(): Promise<string> {
    const runs = fs.readdirSync(this.#in('run')).sort()
    const address = fs.readFileSync(path.join(this.#in('run'), runs.at(-1) ?? '', 'admin-address.txt'), 'utf8')
    return this.#host.get(`http://${address.trim()}/stats/prometheus`)
  }

  #in(name: string): string {
    return path.join(this.folder, name)
  }
}

export function startEnvoy(access: Access, at: At): Promise<Gateway> {
  return opened(new EnvoyGateway(access, at))
}
