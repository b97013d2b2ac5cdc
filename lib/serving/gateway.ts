import http from 'node:http'
import { log } from '@/lib/log'
import { refuseKey } from './api-key'
import { type HeldBody, readBody } from './body'
import type { CorrectedClock } from './clock'
import type { Directory } from './directory'
import type { Endpoint } from './endpoint'
import type { ClientTicket } from './exchange'
import { type Forwarded, forward } from './forward'
import { settle } from './outcome'
import { Refusal } from './refusal'
import { mintRequestId } from './request-id'
import { type Assignment, assign } from './router'
import { Sampler } from './sampler'
import type { Telemetry } from './telemetry'
import { readAddress, type V2Address } from './v2-address'
import { description } from './v2-describe'
import type { VersionServers } from './version-servers'

export interface GatewayLimits {
  bodyBytes: number
  timeoutMs: number
}

export const LIMITS: GatewayLimits = { bodyBytes: 4 * 1024 * 1024, timeoutMs: 10_000 }

/** The public address of a cluster: routes, forwards, counts. It never reads a body, only its length. */
export class Gateway {
  readonly server: http.Server
  readonly #sampler = new Sampler()
  readonly #open = new Set<http.ServerResponse>()
  #closing = false

  constructor(
    private readonly directory: Directory,
    private readonly telemetry: Telemetry,
    private readonly clock: CorrectedClock,
    private readonly limits: GatewayLimits = LIMITS,
  ) {
    const handle = (request: http.IncomingMessage, response: http.ServerResponse) => {
      response.shouldKeepAlive = !this.#closing && response.shouldKeepAlive
      this.#open.add(response)
      response.once('close', () => this.#open.delete(response))
      void this.#handle(request, response)
    }
    this.server = http.createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, handle)
    // A client that asks before it sends is told at once that its body is too large.
    this.server.on('checkContinue', (request: http.IncomingMessage, response: http.ServerResponse) => {
      if (Number(request.headers['content-length'] ?? 0) <= limits.bodyBytes) response.writeContinue()
      handle(request, response)
    })
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, '127.0.0.1', () => resolve())
    })
  }

  /** Takes no new connection, answers what is in flight and ends each connection after its answer; after `ms` the rest too. */
  async close(ms: number): Promise<void> {
    this.#closing = true
    // A client that keeps sending on an open connection would otherwise be cut off in the middle of an answer.
    for (const response of this.#open) if (!response.headersSent) response.shouldKeepAlive = false
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    this.server.closeIdleConnections()
    const timer = setTimeout(() => this.server.closeAllConnections(), ms)
    await closed
    clearTimeout(timer)
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const requestId = mintRequestId(this.clock.now())
    response.sendDate = false
    try {
      const address = readAddress(request.method ?? '', request.url ?? '')
      if (address.kind === 'infer') await this.#infer(address, requestId, request, response)
      else {
        const { status, body } = description(this.directory, address, request.headers.authorization, this.clock.now())
        send(response, requestId, status, body)
      }
    } catch (error) {
      if (error instanceof Refusal) return refuse(request, response, requestId, error)
      log.error({ err: error, requestId }, 'request failed')
      if (!response.headersSent)
        send(response, requestId, 500, { error: `Something failed on our side. Request id: ${requestId}.`, code: 'internal' })
    }
  }

  #endpoint(address: V2Address & { kind: 'infer' }, authorization: string | undefined): Endpoint {
    const endpoint = this.directory.find(address.environment, address.model)
    if (!endpoint)
      throw new Refusal(404, 'not-found', `No model "${address.model}" is served in the environment "${address.environment}" here.`)
    const why = refuseKey(endpoint.wish.keys, authorization, this.clock.now())
    if (why) throw new Refusal(401, 'unauthenticated', why, { 'www-authenticate': 'Bearer' })
    return endpoint
  }

  async #infer(
    address: V2Address & { kind: 'infer' },
    requestId: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const { headers } = request
    const endpoint = this.#endpoint(address, headers.authorization)
    const pin = readPin(headers['x-slipway-arm'])
    const body = await readBody(request, this.limits.bodyBytes)
    if (!body) return
    try {
      // Assigned once the body is here: a slow client is nobody's latency, and the weights are the present ones.
      const key = headers['x-slipway-key']
      const assignment = assign(endpoint.table, typeof key === 'string' ? key : undefined, pin)
      if (!assignment) throw nobody(pin, endpoint)
      await this.#forward(endpoint, assignment, requestId, body, response)
    } finally {
      body.release()
    }
  }

  async #forward(
    endpoint: Endpoint,
    assignment: Assignment<VersionServers>,
    requestId: string,
    body: HeldBody,
    response: http.ServerResponse,
  ): Promise<void> {
    const client: ClientTicket = { gone: response.destroyed, cancel: null }
    response.once('close', () => {
      if (response.writableFinished) return
      client.gone = true
      client.cancel?.()
    })
    const start = performance.now()
    const result = await forward(assignment, {
      requestId,
      path: `/v2/models/${encodeURIComponent(endpoint.wish.model)}/infer`,
      body: body.buffer,
      wantFeatures: this.#sampler.due(assignment.series, start),
      timeoutMs: this.limits.timeoutMs,
      client,
      others: () => endpoint.table.arms,
    })
    settle(this.telemetry, this.#sampler, assignment, requestId, result, performance.now() - start)
    if (!client.gone) answer(response, requestId, result, endpoint)
  }
}

function readPin(header: string | string[] | undefined): string | undefined {
  if (header === undefined || header === 'live' || header === 'candidate') return header
  throw new Refusal(400, 'invalid', 'The header x-slipway-arm is "live" or "candidate".')
}

function nobody(pin: string | undefined, endpoint: Endpoint): Refusal {
  if (pin !== undefined && endpoint.table.arms.length > 0)
    return new Refusal(404, 'not-found', `There is no ${pin} version to pin this request to.`)
  const starting = endpoint.wish.arms.some((arm) => arm.weight > 0)
  const message = starting ? 'no live version: the first one is starting' : 'no live version'
  return new Refusal(503, 'no-live-version', message, { 'retry-after': '1' })
}

const FAILED = {
  shed: [429, 'shed', 'This version has as many requests as it can take: try again shortly.'],
  timeout: [504, 'timeout', 'The model did not answer in time.'],
  gone: [499, 'aborted', 'The client went away.'],
  'too-large': [502, 'too-large', 'The model answered with more than is passed on.'],
  nobody: [503, 'unavailable', 'No replica can answer.'],
} as const

function answer(response: http.ServerResponse, requestId: string, result: Forwarded, endpoint: Endpoint): void {
  if (result.kind !== 'answer') {
    const [status, code, error] = FAILED[result.kind]
    if (result.kind === 'shed' || result.kind === 'nobody') response.setHeader('retry-after', '1')
    send(response, requestId, status, { error: result.kind === 'nobody' && !endpoint.ready ? `no live version: ${error}` : error, code })
    return
  }
  const { status, contentType, body } = result.answer
  // A flat list and no header set before: the short way through node's http.
  response.writeHead(status, [
    'content-type',
    contentType,
    'content-length',
    String(body.length),
    'x-request-id',
    requestId,
    'x-model-version',
    String(result.arm.number),
    'x-slipway-arm',
    result.arm.role,
  ])
  response.end(body)
}

function send(response: http.ServerResponse, requestId: string, status: number, body: object): void {
  if (response.destroyed) return
  response.setHeader('x-request-id', requestId)
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length })
  response.end(text)
}

/** How long a refused client may go on sending what nobody reads, so that it sees its answer instead of a reset. */
const DISCARD_MS = 3_000

function refuse(request: http.IncomingMessage, response: http.ServerResponse, requestId: string, refusal: Refusal): void {
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
  send(response, requestId, refusal.status, { error: refusal.message, code: refusal.code })
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.destroy(), DISCARD_MS)
  request.once('close', () => clearTimeout(timer))
}
