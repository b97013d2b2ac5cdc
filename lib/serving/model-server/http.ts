import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { SERIES_ROLES, type SeriesRole } from '@/lib/monitoring/flush'
import type { Answerer } from './answer'
import { FEATURES_HEADER, type Load, OBSERVED_HEADER, PREDICTION_HEADER, ROLE_HEADER, WANT_HEADER } from './protocol'

/** The gateway has refused larger bodies already; this guards the port itself. */
const MAX_BODY = 5 * 1024 * 1024
/** Longer than the gateway keeps an idle connection (30 s), so that never the server closes first: that would be a reset under a request. */
const KEEP_ALIVE_MS = 65_000

/** Serves the Open Inference Protocol V2 on a free port of loopback. */
export async function listen(answerer: Answerer, load: Load): Promise<http.Server & { port: number }> {
  const base = `/v2/models/${encodeURIComponent(load.model)}`
  const server = http.createServer((request, response) => {
    if (request.method === 'POST' && request.url === `${base}/infer`) return void infer(answerer, request, response)
    if (request.url === '/v2/health/live' || request.url === '/v2/health/ready' || request.url === `${base}/ready`)
      return send(response, 200, {})
    if (request.url === base) return send(response, 200, metadata(answerer, load))
    return send(response, 404, { error: `There is nothing at ${request.method} ${request.url}.` })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 1_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}

function metadata(answerer: Answerer, load: Load) {
  return { name: load.model, versions: [String(load.version)], platform: 'onnx', ...answerer.model.signature }
}

async function infer(answerer: Answerer, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const body = await read(request)
  if (body === null) return send(response, 413, { error: 'The body is too large.' })
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return send(response, 400, { error: 'The body is not JSON: send {"inputs": [...]}. The binary extension is not supported.' })
  }
  const role = SERIES_ROLES.find((known) => known === request.headers[ROLE_HEADER]) ?? ('live' satisfies SeriesRole)
  const reply = await answerer.infer(parsed, role, request.headers[WANT_HEADER] === 'features')
  const headers: Record<string, string> = {}
  if (reply.prediction) headers[PREDICTION_HEADER] = `${reply.prediction.score ?? ''},${reply.prediction.positive ? 1 : 0}`
  if (reply.features)
    headers[FEATURES_HEADER] = reply.features
      .slice(0, 256)
      .map((value) => Number(value.toPrecision(7)))
      .join()
  if (reply.observed !== null) headers[OBSERVED_HEADER] = reply.observed
  send(response, reply.status, reply.body, headers)
}

function read(request: http.IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY) chunks.push(chunk)
    })
    request.on('end', () => resolve(size > MAX_BODY ? null : Buffer.concat(chunks).toString('utf8')))
    request.on('error', () => resolve(''))
  })
}

function send(response: http.ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = Buffer.from(JSON.stringify(body))
  response.sendDate = false
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length, ...headers })
  response.end(text)
}
