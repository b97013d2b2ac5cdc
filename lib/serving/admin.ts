import { createHash, timingSafeEqual } from 'node:crypto'
import http from 'node:http'
import { z } from 'zod'
import { Wish } from '@/lib/endpoints/wish'
import { log } from '@/lib/log'
import { readBody } from './body'
import type { Cluster, Decision } from './cluster'
import { Refusal } from './refusal'
import { HandReturn, Removal } from './schema'

/** A wish with bins of 250 features stays below this. */
const MAX_BODY = 2 * 1024 * 1024
const STATUS = { applied: 200, stale: 409, conflict: 409, refused: 422 } as const
const MAX_LINES = 5_000

interface Answer {
  status: number
  body: object
}

/**
 * The admin API, on loopback: /v1/clusters/NAME (what it is), .../endpoints (what it observes), .../endpoints/ID (PUT a wish, DELETE it),
 * .../endpoints/ID/logs?limit=N, .../endpoints/ID/preview (POST a wish), .../endpoints/ID/return (POST {"version":N}: a hand without Slipway). Each named
 * cluster has its own token.
 */
export class AdminApi {
  readonly server: http.Server

  constructor(private readonly clusters: ReadonlyMap<string, Cluster>) {
    this.server = http.createServer({ requestTimeout: 10_000 }, (request, response) => void this.#handle(request, response))
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, '127.0.0.1', () => resolve())
    })
  }

  close(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let answer: Answer
    try {
      answer = await this.#route(request)
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error, url: request.url }, 'admin request failed')
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', 'The cluster failed to do this; its log says why.')
      answer = { status: refusal.status, body: { code: refusal.code, message: refusal.message } }
    }
    const text = Buffer.from(JSON.stringify(answer.body))
    response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': text.length })
    response.end(text)
    if (!request.complete) request.resume()
  }

  async #route(request: http.IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://cluster')
    const [, v1, clusters, name, endpoints, id, part, ...rest] = url.pathname.split('/')
    const cluster = this.#cluster(name ?? '', request.headers.authorization)
    const target = [request.method, v1, clusters, endpoints ?? '', id ? 'ID' : '', part ?? '', ...rest].join(' ').trimEnd()
    switch (target) {
      case 'GET v1 clusters':
        return { status: 200, body: cluster.state() }
      case 'GET v1 clusters endpoints':
        return { status: 200, body: { now: cluster.clock.now(), offsetMs: cluster.clock.offsetMs, endpoints: cluster.observe() } }
      case 'PUT v1 clusters endpoints ID':
        return decided(await cluster.apply(await readWish(request, id)))
      case 'DELETE v1 clusters endpoints ID': {
        const { fence, generation } = checked(Removal, await readJson(request))
        return decided(await cluster.remove(checked(z.uuid(), id), fence, generation))
      }
      case 'POST v1 clusters endpoints ID return': {
        const { version } = checked(HandReturn, await readJson(request))
        return decided(await cluster.returnByHand(checked(z.uuid(), id), version))
      }
      case 'POST v1 clusters endpoints ID preview':
        return { status: 200, body: { changes: cluster.preview(await readWish(request, id)) } }
      case 'GET v1 clusters endpoints ID logs':
        return logs(cluster, id, url.searchParams.get('limit'))
      default:
        throw new Refusal(404, 'not-found', `There is nothing at ${request.method} ${url.pathname}.`)
    }
  }

  /** The named cluster, if the token is its own. An unknown name is answered like a wrong token. */
  #cluster(name: string, authorization: string | undefined): Cluster {
    const cluster = this.clusters.get(name)
    const shown = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
    if (!cluster || !sameToken(shown, cluster.named.adminToken))
      throw new Refusal(401, 'unauthenticated', "Show this cluster's admin token: Authorization: Bearer TOKEN.")
    return cluster
  }
}

/** Compares digests, in a time that tells nothing of the token. */
function sameToken(shown: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(shown), digest(right))
}

function decided(decision: Decision): Answer {
  const status = STATUS[decision.kind]
  if (decision.kind === 'applied') return { status, body: { observed: decision.observed } }
  if (decision.kind === 'refused') return { status, body: { code: 'refused', message: decision.reason } }
  const { kind: code, fence, generation } = decision
  const what = code === 'stale' ? 'A later wish is there' : 'Another wish with the same fence and generation is there'
  return { status, body: { code, message: `${what}: fence ${fence}, generation ${generation}.`, fence, generation } }
}

function logs(cluster: Cluster, id: string, limit: string | null): Answer {
  const lines = cluster.logs(id, Math.min(MAX_LINES, Math.max(1, Number(limit) || 500)))
  if (!lines) throw new Refusal(404, 'not-found', 'This cluster does not know that endpoint.')
  return { status: 200, body: { lines } }
}

async function readWish(request: http.IncomingMessage, id: string): Promise<Wish> {
  const wish = checked(Wish, await readJson(request))
  if (wish.endpointId !== id) throw new Refusal(422, 'refused', `The wish is for endpoint ${wish.endpointId}, the address for ${id}.`)
  return wish
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Refusal(422, 'refused', `Wrong at ${issue.path.join('.') || 'the root'}: ${issue.message}`)
}

async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const body = await readBody(request, MAX_BODY)
  try {
    return JSON.parse(body?.buffer.toString('utf8') ?? '')
  } catch {
    throw new Refusal(400, 'refused', 'The body is not JSON.')
  } finally {
    body?.release()
  }
}
