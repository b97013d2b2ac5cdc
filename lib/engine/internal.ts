import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { log } from '@/lib/log'
import { bounded } from './clock'

/** What one question is answered with; a refusal is a plain sentence. */
export type Answer = { status: 200; body: unknown } | { status: 404 | 422 | 503; body: { reason: string } }
export type Answers = Record<string, (body: unknown) => Promise<Answer>>

const LIMIT_MS = 5_000
const BODY_MAX = 100_000

/**
 * The engine's internal port: loopback, bearer token, 5 s per question. It is how web reaches a cluster without holding a credential; web has checked
 * the permission before. Resolves to the running server.
 */
export function serveInternal(options: { host: string; port: number; token: string; answers: Answers }): Promise<Server> {
  const server = createServer((request, response) => {
    void reply(options, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  server.requestTimeout = LIMIT_MS
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => resolve(server))
  })
}

interface Reply {
  status: number
  body: unknown
}

async function reply({ token, answers }: { token: string; answers: Answers }, request: IncomingMessage): Promise<Reply> {
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
      () => ({ status: 503, body: { reason: 'The cluster did not answer within 5 s.' } }),
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
