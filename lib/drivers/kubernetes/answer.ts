import * as z from 'zod'
import { causeOf } from '@/lib/outbound/answer'

/** Why a call to an API server came to nothing. `expired`: what was asked for is too old (410). */
type FailureKind =
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-served'
  | 'conflict'
  | 'exists'
  | 'invalid'
  | 'throttled'
  | 'expired'
  | 'failed'

export interface Failure {
  ok: false
  kind: FailureKind
  /** A plain sentence without the call's headers or body. */
  reason: string
}

export type Answer<T> = { ok: true; value: T } | Failure

const REASON_MAX = 600

const Status = z.object({
  kind: z.literal('Status'),
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z.object({ causes: z.array(z.object({ field: z.string().optional(), message: z.string().optional() })).optional() }).optional(),
})

/** What an answer other than 2xx says. Of its body only the message of a Status is taken: anything else may be anybody's. */
export function failureOf(status: number, body: string): Failure {
  const said = Status.safeParse(jsonOf(body)).data
  const message = (said?.message ?? '').replace(/\s+/g, ' ').slice(0, REASON_MAX)
  const fail = (kind: FailureKind, reason: string): Failure => ({ ok: false, kind, reason })
  if (status === 401) return fail('unauthorized', 'The API server does not accept our credential: it is wrong, expired or revoked.')
  if (status === 403) return fail('forbidden', message || 'The API server forbids it.')
  if (status === 404)
    return said
      ? fail('not-found', message || 'There is no such object.')
      : fail('not-served', 'The API server does not serve this kind of object.')
  if (status === 409)
    return fail(said?.reason === 'AlreadyExists' ? 'exists' : 'conflict', message || 'Somebody else has changed the object.')
  if (status === 410) return fail('expired', message || 'What was asked for is too old.')
  if (status === 429) return fail('throttled', 'The API server asks to be called less often.')
  if (status === 400 || status === 413 || status === 415 || status === 422)
    return fail('invalid', message || `The API server refuses the object (${status}).`)
  if (status >= 300 && status < 400)
    return fail('unreachable', `What answers there sends elsewhere (${status}): that is no API server, and it is not followed.`)
  return fail(
    status >= 500 ? 'unreachable' : 'failed',
    message ? `The API server failed: ${message}` : `What answers there (${status}) is no API server that works.`,
  )
}

const BODY: Record<string, string> = {
  ERR_BUFFER_TOO_LARGE: 'is longer than 32 MB',
  Z_DATA_ERROR: 'cannot be unpacked',
  Z_BUF_ERROR: 'cannot be unpacked: its end is missing',
}

/** What kept a call from being answered at all. */
export function unansweredOf(error: unknown, aborted: boolean): Failure {
  if (aborted) return { ok: false, kind: 'unreachable', reason: 'It did not answer in time.' }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (BODY[code]) return { ok: false, kind: 'unreachable', reason: `What the API server answered ${BODY[code]}.` }
  const known = causeOf(code, 'its certificate is not signed by the CA that was given')
  if (known) return { ok: false, kind: 'unreachable', reason: `The API server cannot be reached: ${known}.` }
  const said = error instanceof Error ? error.message : String(error)
  return { ok: false, kind: 'unreachable', reason: `The API server cannot be reached: ${said.slice(0, REASON_MAX)}` }
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
