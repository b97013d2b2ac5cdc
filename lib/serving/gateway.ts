import http from 'node:http'
import { log } from '@/lib/log'
import { refuseKey } from './api-key'
import { readBody } from './body'
import type { CorrectedClock } from './clock'
import type { Directory, Served } from './directory'
import type { ClientTicket } from './exchange'
import { type Forwarded, forward } from './forward'
import { copyRequest } from './mirror'
import { settle } from './outcome'
import { Refusal } from './refusal'
import { mintRequestId } from './request-id'
import { Sampler } from './sampler'
import { seenOf } from './seen'
import type { Telemetry } from './telemetry'
import { readAddress, type V2Address } from './v2-address'
import { description } from './v2-describe'

export interface GatewayLimits {
  bodyBytes: number
  timeoutMs: number
}

/** Where a gateway listens, and how it reads what is asked of it. */
interface Door {
  host: string
  read(method: string, url: string): V2Address
}

const LOOPBACK: Door = { host: '127.0.0.1', read: readAddress }

export const LIMITS: GatewayLimits = { bodyBytes: 4 * 1024 * 1024, timeoutMs: 10_000 }

/** A request that is here, with its id, and whether its client still is. */
interface Visit extends ClientTicket {
  readonly request: http.IncomingMessage
  readonly response: http.ServerResponse
  readonly id: string
}

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
    private readonly door: Door = LOOPBACK,
  ) {
    const handle = (request: http.IncomingMessage, response: http.ServerResponse) => {
      const visit: Visit = { request, response, id: mintRequestId(clock.now()), gone: false, held: null }
      response.shouldKeepAlive = !this.#closing && response.shouldKeepAlive
      response.sendDate = false
      this.#open.add(response)
      response.on('close', () => {
        this.#open.delete(response)
        if (response.writableFinished) return
        visit.gone = true
        visit.held?.cancel()
      })
      this.#handle(visit).catch((error) => fail(visit, error))
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
      this.server.listen(port, this.door.host, () => resolve())
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

  async #handle(visit: Visit): Promise<void> {
    const { method, url, headers } = visit.request
    const address = this.door.read(method ?? '', url ?? '')
    if (address.kind === 'infer') return this.#infer(visit, this.#endpoint(address, headers.authorization))
    const { status, body } = description(this.directory, address, headers.authorization, this.clock.now())
    send(visit, status, body)
  }

  #endpoint(address: V2Address & { kind: 'infer' }, authorization: string | undefined): Served {
    const endpoint = this.directory.find(address.environment, address.model)
    if (!endpoint)
      throw new Refusal(404, 'not-found', `No model "${address.model}" is served in the environment "${address.environment}" here.`)
    const why = refuseKey(endpoint.wish.keys, authorization, this.clock.now())
    if (why) throw new Refusal(401, 'unauthenticated', why, { 'www-authenticate': 'Bearer' })
    return endpoint
  }

  async #infer(visit: Visit, endpoint: Served): Promise<void> {
    const { headers } = visit.request
    const pin = readPin(headers['x-slipway-arm'])
    const body = await readBody(visit.request, this.limits.bodyBytes)
    if (!body) return
    try {
      // Assigned once the body is here: a slow client is nobody's latency, and the weights are the present ones.
      const given = headers['x-slipway-key']
      const key = typeof given === 'string' ? given : undefined
      const assignment = endpoint.assign(key, pin, headers)
      const seen = seenOf(assignment.series, key, headers['x-slipway-segment'])
      const start = performance.now()
      const result = await forward(assignment, {
        requestId: visit.id,
        body: body.buffer,
        wantFeatures: this.#sampler.due(assignment.series, start),
        deadline: start + this.limits.timeoutMs,
        client: visit,
        others: () => endpoint.table.arms,
      })
      settle(this.telemetry, this.#sampler, assignment, visit.id, result, performance.now() - start, seen)
      if (!visit.gone) answer(visit, result, endpoint)
      // Only now: a copy never stands before anyone's answer. What the candidate answered already, for want of the live version, is not sent to it again.
      const { mirror } = endpoint.table
      if (
        mirror !== null &&
        assignment.series.role === 'live' &&
        !(result.kind === 'answer' && result.arm.versionId === mirror.arm.versionId)
      )
        copyRequest(mirror, endpoint.copies, this.telemetry, visit.id, body.buffer)
    } finally {
      body.release()
    }
  }
}

function readPin(header: string | string[] | undefined): 'live' | 'candidate' | undefined {
  if (header === undefined || header === 'live' || header === 'candidate') return header
  throw new Refusal(400, 'invalid', 'The header x-slipway-arm is "live" or "candidate".')
}

const FAILED = {
  shed: [429, 'shed', 'This version has as many requests as it can take: try again shortly.'],
  timeout: [504, 'timeout', 'The model did not answer in time.'],
  gone: [499, 'aborted', 'The client went away.'],
  'too-large': [502, 'too-large', 'The model answered with more than is passed on.'],
  nobody: [503, 'unavailable', 'No replica can answer.'],
} as const

function answer(visit: Visit, result: Forwarded, endpoint: Served): void {
  const { response, id } = visit
  if (result.kind !== 'answer') {
    const [status, code, error] = FAILED[result.kind]
    if (result.kind === 'shed' || result.kind === 'nobody') response.setHeader('retry-after', '1')
    send(visit, status, { error: result.kind === 'nobody' && !endpoint.ready ? `no live version: ${error}` : error, code })
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
    id,
    'x-model-version',
    String(result.arm.number),
    'x-slipway-arm',
    result.arm.role ?? 'none',
  ])
  response.end(body, 'latin1')
}

function send({ response, id }: Visit, status: number, body: object): void {
  if (response.destroyed) return
  response.setHeader('x-request-id', id)
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length })
  response.end(text)
}

function fail(visit: Visit, error: unknown): void {
  if (error instanceof Refusal) {
    refuse(visit, error)
    return
  }
  log.error({ err: error, requestId: visit.id }, 'request failed')
  if (!visit.response.headersSent) send(visit, 500, { error: `Something failed on our side. Request id: ${visit.id}.`, code: 'internal' })
}

/** How long a refused client may go on sending what nobody reads, so that it sees its answer instead of a reset. */
const DISCARD_MS = 3_000

function refuse(visit: Visit, refusal: Refusal): void {
  const { request, response } = visit
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
  send(visit, refusal.status, { error: refusal.message, code: refusal.code })
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.destroy(), DISCARD_MS)
  request.once('close', () => clearTimeout(timer))
}
