import { request } from 'undici'
import { z } from 'zod'
import type { Flush } from '@/lib/monitoring/flush'
import type { CorrectedClock } from './clock'

/** What became of a flush. `refused` will be refused again as it is; `clock` will be taken once the clock is right; `down` is tried again later. */
export type Posted = { kind: 'accepted' } | { kind: 'clock' | 'refused' | 'down'; reason: string; jumpMs: number }

export interface FlushTarget {
  url: string
  identityToken: string
}

const Answer = z.object({
  now: z.number().optional(),
  accepted: z.boolean().optional(),
  offsetMs: z.number().optional(),
  message: z.string().optional(),
})

/** How long the web may take over one flush. */
const TIMEOUT_MS = 5_000

/** Posts a flush and teaches the clock from the answer. `jumpMs`: how far the first answer moved the clock. Never throws. */
export async function postFlush(target: FlushTarget, flush: Flush, clock: CorrectedClock): Promise<Posted & { jumpMs: number }> {
  const sentAt = clock.raw()
  try {
    const response = await request(`${target.url}/api/v1/telemetry`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.identityToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(flush),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const receivedAt = clock.raw()
    const text = await response.body.text()
    const parsed = Answer.safeParse(parse(text))
    const answer = parsed.success ? parsed.data : {}
    const jumpMs = answer.now === undefined ? 0 : clock.learn({ sentAt, receivedAt, serverNow: answer.now })
    const reason = answer.message ?? `The web answered ${response.statusCode}.`
    if (response.statusCode === 200 && answer.accepted !== false) return { kind: 'accepted', jumpMs }
    if (answer.offsetMs !== undefined) return { kind: 'clock', reason, jumpMs }
    const final = response.statusCode === 403 || response.statusCode === 413 || response.statusCode === 422
    return { kind: final ? 'refused' : 'down', reason, jumpMs }
  } catch (error) {
    return { kind: 'down', reason: `The web cannot be reached: ${error instanceof Error ? error.message : String(error)}`, jumpMs: 0 }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
