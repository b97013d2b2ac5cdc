import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Actor } from './auth/actor'
import type { Permission } from './auth/permissions'
import { requestActor } from './auth/request'
import { doubledField } from './body'
import { type Command, demandScope } from './command'
import { Problem, type ProblemDetail, STATUS } from './errors'
import { newId } from './id'
import { jsonSafe, type Once } from './idempotency'
import { log } from './log'

type Params = Record<string, string>
interface RouteContext {
  params: Promise<Params>
}
type Handler = (request: Request, context: RouteContext) => Promise<Response>

/** The longest JSON body that a route takes, in bytes; uploads stream and have their own bound. */
const BODY_MAX = 2_000_000

/**
 * The machines' door to a command: actor from the bearer token (or session), JSON body merged with the path's parameters, idempotency key, problem+json.
 * The same key with the same body has one effect, and answers the first answer again; with another body it is refused. What was refused left nothing, so
 * it may be put right and sent again under its key.
 */
export function commandRoute<I extends z.ZodType, O>(command: Command<I, O>, status = 200): Handler {
  return guard(async (request, params, requestId) => {
    const actor = await requestActor(request)
    const body = { ...(await readJson(request)), ...params }
    const result = await command(actor, body, { requestId, once: onceOf(request, body) })
    return respond(result.ok ? { status, body: jsonSafe(result.value) } : problemAnswer(result.problem))
  })
}

/** Commands on one thing, by the path's last part (`verb`); an unknown one is answered with those that there are. */
export function verbRoute(commands: Record<string, Command<z.ZodType, unknown>>): Handler {
  const handlers = new Map(Object.entries(commands).map(([verb, command]) => [verb, commandRoute(command)]))
  return async (request, context) => {
    const { verb } = await context.params
    const handler = handlers.get(verb)
    if (handler) return handler(request, context)
    return problemResponse({ code: 'not-found', message: `There is no "${verb}" here. There are: ${[...handlers.keys()].join(', ')}.` })
  }
}

interface QueryDoor {
  /** The zod object of the parameters in the address; left out: it takes none. Any other is refused, never ignored. */
  takes?: { shape: object }
  /** What a token's scopes must hold. */
  permission?: Permission
}

/** The machines' door to a query. */
export function queryRoute<O>(
  query: (actor: Actor, params: Params, search: URLSearchParams, request: Request) => Promise<O>,
  { takes, permission = 'team:read' }: QueryDoor = {},
): Handler {
  return guard(async (request, params) => {
    const actor = await requestActor(request)
    demandScope(actor, permission)
    const search = new URL(request.url).searchParams
    refuseUnknown(search, Object.keys(takes?.shape ?? {}))
    const value = await query(actor, params, search, request)
    return value instanceof Response ? value : Response.json(jsonSafe(value))
  })
}

/** A filter that is ignored answers another question than the one asked: it is refused, and the known ones are named. */
function refuseUnknown(search: URLSearchParams, known: readonly string[]): void {
  const unknown = [...new Set(search.keys())].filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const there = known.length > 0 ? `There are: ${known.join(', ')}.` : 'It takes none.'
  const fields = unknown.map((path) => ({ path, message: 'There is no such parameter.' }))
  throw new Problem('unknown-parameter', `There is no parameter ${unknown.map((name) => `"${name}"`).join(', ')} here. ${there}`, fields)
}

/** Any other route: catches, logs and turns what is thrown into problem+json with a request id. */
export function guard(handle: (request: Request, params: Params, requestId: string) => Promise<Response>): Handler {
  return async (request, context) => {
    const requestId = newId()
    try {
      return await handle(request, await context.params, requestId)
    } catch (error) {
      if (error instanceof Problem) return problemResponse(error.detail(requestId))
      if (request.signal.aborted) return cutOff(request, requestId, error)
      log.error({ err: error, requestId, path: new URL(request.url).pathname }, 'route failed')
      return problemResponse({
        code: 'internal',
        message: `Something failed on our side. Tell an admin this request id: ${requestId}.`,
        requestId,
      })
    }
  }
}

/** The client went away before its request was whole: nothing of ours failed, and nobody reads the answer. */
function cutOff(request: Request, requestId: string, error: unknown): Response {
  log.info({ requestId, path: new URL(request.url).pathname, why: error instanceof Error ? error.message : String(error) }, 'cut off')
  return problemResponse({ code: 'invalid', message: 'The request was cut off.', requestId })
}

/** RFC 9457. */
export function problemResponse(problem: ProblemDetail, extra: Record<string, unknown> = {}): Response {
  const { status, body } = problemAnswer(problem)
  return new Response(JSON.stringify({ ...body, ...extra }), { status, headers: { 'content-type': 'application/problem+json' } })
}

interface Answer {
  status: number
  body: Record<string, unknown> | unknown[]
}

function problemAnswer(problem: ProblemDetail): Answer {
  const status = STATUS[problem.code]
  const fields = problem.fields ? { fields: problem.fields } : {}
  return {
    status,
    body: { type: 'about:blank', title: problem.code, status, detail: problem.message, ...fields, requestId: problem.requestId },
  }
}

/** The body as an object; empty is {}. */
export async function readJson(request: Request): Promise<Record<string, unknown>> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_MAX)
    throw new Problem('too-large', `The body is larger than ${BODY_MAX} bytes.`)
  const text = await request.text()
  if (text.length > BODY_MAX) throw new Problem('too-large', `The body is larger than ${BODY_MAX} bytes.`)
  if (text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem('invalid', `The body is not JSON: ${(error as Error).message}`)
  }
  refuseDoubled(text)
  const parsed = z.record(z.string(), z.unknown()).safeParse(value)
  if (!parsed.success) throw new Problem('invalid', 'The body must be a JSON object.')
  return parsed.data
}

/** A field that stands twice may mean either: it is refused, not guessed. */
function refuseDoubled(text: string): void {
  let path: string | null
  try {
    path = doubledField(text)
  } catch (error) {
    throw new Problem('invalid', `The body is ${(error as Error).message}.`)
  }
  if (path !== null)
    throw new Problem('invalid', `${path}: stands twice in the body. Keep one.`, [{ path, message: 'Stands twice: keep one.' }])
}

/** The key with which a machine says that this request may come again. */
function onceOf(request: Request, body: unknown): Once | undefined {
  const key = request.headers.get('idempotency-key')
  if (!key) return undefined
  if (key.length > 255) throw new Problem('invalid', 'An idempotency key has at most 255 characters.')
  return { key, bodyHash: createHash('sha256').update(JSON.stringify(body)).digest('hex') }
}

function respond({ status, body }: Answer): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
  })
}
