import { Pool } from 'undici'
import { FEATURES } from './features'
import type { Row } from './reader'

/** More than these wait for an answer: rows are skipped. */
const IN_FLIGHT = 200

/** What became of a sender's requests since it began. */
export interface Sent {
  answered: number
  failed: number
}

/** Where requests go, how many a second, and with which key (null: the endpoint asks none). */
export interface Target {
  origin: string
  path: string
  perSecond: number
  key: string | null
}

/**
 * Sends rows at Poisson times, never waiting for an answer before the next one; `onAnswer` hears the request id of each answer with its row.
 * Beyond 200 requests in flight a row is skipped, so that a dead gateway costs no memory. Returns the counts and a stop function.
 */
export function startSender(
  target: Target,
  next: () => Row,
  onAnswer: (requestId: string, row: Row) => void,
): { sent: Sent; stop(): Promise<void> } {
  // One connection per request in flight: what a slow arm holds up must not hold up the other's requests.
  const pool = new Pool(target.origin, { connections: IN_FLIGHT, pipelining: 1, bodyTimeout: 15_000, headersTimeout: 15_000 })
  const sent: Sent = { answered: 0, failed: 0 }
  const headers = { 'content-type': 'application/json', ...(target.key ? { authorization: `Bearer ${target.key}` } : {}) }
  let inFlight = 0
  let stopped = false
  let due = performance.now()
  let timer: NodeJS.Timeout
  const send = async (row: Row) => {
    inFlight += 1
    try {
      const answer = await pool.request({ path: target.path, method: 'POST', headers, body: inferBody(row) })
      await answer.body.dump()
      const id = answer.headers['x-request-id']
      if (answer.statusCode === 200 && typeof id === 'string') {
        sent.answered += 1
        onAnswer(id, row)
      } else sent.failed += 1
    } catch {
      sent.failed += 1
    }
    inFlight -= 1
  }
  const tick = () => {
    const now = performance.now()
    // After a stall of this process it does not make up for what was missed.
    if (due < now - 1_000) due = now
    while (due <= now) {
      due += (-Math.log(1 - Math.random()) * 1_000) / target.perSecond
      const row = next()
      if (inFlight < IN_FLIGHT) void send(row)
      else sent.failed += 1
    }
    if (!stopped) timer = setTimeout(tick, Math.max(0, due - performance.now()))
  }
  tick()
  const stop = async () => {
    stopped = true
    clearTimeout(timer)
    await pool.close()
  }
  return { sent, stop }
}

function inferBody(row: Row): string {
  return JSON.stringify({ inputs: [{ name: 'input', shape: [1, FEATURES.length], datatype: 'FP32', data: Array.from(row.features) }] })
}
