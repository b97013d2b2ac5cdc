import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { log } from '@/lib/log'
import { bounded } from './clock'
import { followCertificate, readCertificate } from './internal-tls'

/** What one question is answered with; a refusal is a plain sentence. */
export type Answer = { status: 200; body: unknown } | { status: 404 | 422 | 503; body: { reason: string } }
export type Answers = Record<string, (body: unknown) => Promise<Answer>>

// A cluster's own bound is 5 s: what the others said must still be told.
const LIMIT_MS = 6_000
const BODY_MAX = 100_000

interface Options {
  host: string
  port: number
  token: string
  answers: Answers
  /** Why this engine cannot work now, or null: what `GET /ready` tells a probe, without a token. */
  unready: () => string | null
  /** Folder of the certificate by which it answers over TLS; null: plain, for loopback. */
  tlsDir: string | null
}

/**
 * The engine's internal port: bearer token, 6 s per question. It is how web reaches a cluster without holding a credential; web has checked
 * the permission before. Resolves to the running server.
 */
export function serveInternal(options: Options): Promise<Server> {
  const server = open(options.tlsDir, (request, response) => {
    void reply(options, request).then(({ status, body }) => {
      // What is left of a body that was not read would be taken for the next question on this connection.
      response.writeHead(status, { 'content-type': 'application/json', ...(request.complete ? {} : { connection: 'close' }) })
      response.end(JSON.stringify(body))
    })
  })
  server.requestTimeout = LIMIT_MS
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => resolve(server))
  })
}

function open(tlsDir: string | null, onRequest: RequestListener): Server {
  if (tlsDir === null) return createServer(onRequest)
  const server = createTlsServer(readCertificate(tlsDir), onRequest)
  followCertificate(server, tlsDir)
  return server
}

interface Reply {
  status: number
  body: unknown
}

/** What a probe may know without a token: that the process answers, and whether it can work. */
function probed({ method, url }: IncomingMessage, unready: () => string | null): Reply | null {
  if (method !== 'GET') return null
  if (url === '/live') return { status: 200, body: { ok: true } }
  if (url !== '/ready') return null
  const reason = unready()
  return reason === null ? { status: 200, body: { ok: true } } : { status: 503, body: { ok: false, reason } }
}

async function reply({ token, answers, unready }: Options, request: IncomingMessage): Promise<Reply> {
  const probe = probed(request, unready)
  if (probe) return probe
  if (!sameSecret(request.headers.authorization ?? '', `Bearer ${token}`))
    return { status: 401, body: { reason: 'The bearer token is wrong.' } }
  const question = (request.url ?? '/').slice(1)
  const answer = request.method === 'POST' && Object.hasOwn(answers, question) ? answers[question] : undefined
  if (!answer) return { status: 404, body: { reason: `There is no question ${request.method} /${question}.` } }
  try {
    const body = await readBody(request)
    return await bounded<Reply>(
      LIMIT_MS,
      () => answer(body),
      () => ({ status: 503, body: { reason: 'The cluster did not answer within 6 s.' } }),
    )
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { status: 422, body: { reason: error.message } }
    log.error({ err: error, question }, 'internal question failed')
    return { status: 500, body: { reason: 'The engine failed on this question; its log says why.' } }
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_MAX) throw new RangeError(`The body is longer than ${BODY_MAX} characters.`)
  }
  return JSON.parse(text === '' ? '{}' : text)
}

/** Compares by hash, so that neither length nor content shows in the time it takes. */
function sameSecret(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(wanted))
}
