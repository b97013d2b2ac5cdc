import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Access, Api } from '../api'
import { follow } from '../follow'
import { type GatewayStatus, startGatewayStatus } from '../gateway-status'
import type { Spot } from '../running/place'
import { Backends, type Slice } from './backends'
import { backendOf, filtered, type Route, ruleFor } from './rules'

export interface Router {
  /** Where callers reach it, without a slash at its end. */
  url: string
  /** What it says of routes to the API server. */
  status: GatewayStatus
  stop(): Promise<void>
}

interface RouterOptions {
  namespace: string
  /** The Gateway that it is: routes that are attached to another are none of its own. */
  gateway: { name: string; namespace: string }
  /** Where a pod answers on this machine. */
  dial(address: string, port: number): Spot | undefined
}

/** A gateway for tests, by the rules of Gateway API: it follows the HTTPRoutes of a namespace, sends requests to ready pods by them, and says which it takes. */
class TestRouter implements Router {
  readonly status: GatewayStatus
  // A connection that callers keep is not closed while they may just be writing on it.
  readonly #server = http.createServer({ keepAliveTimeout: 65_000 }, (request, response) => this.#handle(request, response))
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
  readonly #ending = new AbortController()
  readonly #routes = new Map<string, Route>()
  readonly #backends = new Backends()
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #loops: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly api: Api,
    access: Access,
    private readonly options: RouterOptions,
  ) {
    this.status = startGatewayStatus(access, options.namespace, (name, generation) => this.#took(name, generation))
  }

  async start(): Promise<this> {
    const { namespace } = this.options
    const { signal } = this.#ending
    const routes = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`
    this.#loops = Promise.all([
      follow<Route>(this.api, routes, { saw: (route) => this.#saw(route), lost: (route) => this.#lost(route) }, signal),
      follow<Slice>(this.api, slices, this.#backendsFollower(), signal),
    ])
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    this.#changes.emit('change')
    await Promise.all([this.#loops, this.status.stop()])
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    this.#agent.destroy()
    await this.api.close()
  }

  #backendsFollower() {
    return { saw: (slice: Slice) => this.#backends.saw(slice), lost: (slice: Slice) => this.#backends.lost(slice) }
  }

  #saw(route: Route): void {
    this.#routes.set(route.metadata.name, route)
    this.#changes.emit('change')
  }

  #lost(route: Route): void {
    this.#routes.delete(route.metadata.name)
  }

  async #took(name: string, generation: number): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted && (this.#routes.get(name)?.metadata.generation ?? -1) < generation) await once(this.#changes, 'change')
  }

  get #own(): Route[] {
    const { name, namespace } = this.options.gateway
    return [...this.#routes.values()].filter(({ metadata, spec }) =>
      spec.parentRefs?.some((parent) => parent.name === name && (parent.namespace ?? metadata.namespace) === namespace),
    )
  }

  #handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    try {
      this.#forward(request, response, this.#decide(request))
    } catch (error) {
      refuse(response, error instanceof Refusal ? error.status : 500, (error as Error).message)
    }
  }

  /** Where a request goes, as what. Throws a Refusal where it goes nowhere. */
  #decide({ method = 'GET', url = '/', headers }: http.IncomingMessage): http.RequestOptions {
    const { pathname, search } = new URL(url, 'http://router')
    const matched = ruleFor(this.#own, { method, host: (headers.host ?? '').replace(/:\d+$/, ''), path: pathname, headers })
    if (!matched) throw new Refusal(404, 'no route')
    const ref = backendOf(matched.rule, Math.random())
    if (!ref) throw new Refusal(500, 'the rule has no backend with weight')
    const backend = this.#backends.pick(ref.name)
    if (!backend) throw new Refusal(503, `nothing behind ${ref.name} is ready`)
    const { address, port } = backend
    const at = this.options.dial(address, port)
    if (at === undefined) throw new Refusal(502, `${address}:${port} leads to no pod`)
    const sent = filtered(matched, { path: pathname, headers })
    return { ...at, method, path: `${sent.path}${search}`, headers: sent.headers }
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse, to: http.RequestOptions): void {
    const sent = http.request({ ...to, agent: this.#agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    sent.once('error', (error) => (response.headersSent ? response.destroy() : refuse(response, 502, error.message)))
    response.once('close', () => response.writableFinished || sent.destroy())
    request.pipe(sent)
  }
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

function refuse(response: http.ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`)
}

/** Starts a router on a free port of loopback; it ends what it started. */
export function startRouter(access: Access, options: RouterOptions): Promise<Router> {
  return new TestRouter(new Api(access), access, options).start()
}
