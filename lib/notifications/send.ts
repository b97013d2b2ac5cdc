import { Webhook } from 'standardwebhooks'
import { capital } from '@/lib/format'
import type { Allow } from '@/lib/outbound/address'
import { reasonOf } from '@/lib/outbound/answer'
import { guardedFetch } from '@/lib/outbound/guard'
import { ANSWER_WITHIN_MS } from './schema'

const LATE = `It did not answer within ${ANSWER_WITHIN_MS / 1_000} s.`

/** One message on its way. `at`: ms, the time of this try. */
export interface Outgoing {
  url: string
  secret: string
  id: string
  body: string
  at: number
}

/** What came of one try. `status`: of the answer; null: there was none. `error`: what was wrong; null: it was taken. */
export interface Outcome {
  status: number | null
  error: string | null
}

export type Send = (message: Outgoing, allow: Allow) => Promise<Outcome>

/**
 * Sends one message, signed as Standard Webhooks says. Only an answer of 2xx within 5 s means that it was taken; a redirect is an error, because what was
 * checked is the address that a person gave. Never throws; nothing of an answer's body is kept.
 */
export async function send({ url, secret, id, body, at }: Outgoing, allow: Allow): Promise<Outcome> {
  const time = new Date(at)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Slipway',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, time, body),
  }
  try {
    const { status } = await guardedFetch(url, { method: 'POST', headers, body, allow, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return { status, error: refusalOf(status) }
  } catch (error) {
    return { status: null, error: reasonOf(error, LATE, (cause) => `${capital(cause)}.`) }
  }
}

function refusalOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400)
    return `It answered ${status}: redirects are not followed. Make a webhook for the address that it leads to.`
  return `It answered ${status}.`
}
