import 'server-only'
import { z } from 'zod'
import { env } from '@/lib/env'

/** The engine's answer, or why there is none: absent is a value, and whoever asked says so. */
type EngineAnswer = { ok: true; value: unknown } | { ok: false; reason: string }

/** What may be asked: ids and plain values only, never addresses. */
type EngineQuestion = 'probe' | 'preview' | 'logs' | 'seal' | 'survey' | 'take-route' | 'return-route'

const LIMIT_MS = 7_000
const Refusal = z.object({ reason: z.string() })

/** Asks the engine over its internal port. The caller has checked the permission. Waits 7 s at most, longer than the engine does for its clusters. */
export async function askEngine(question: EngineQuestion, body: Record<string, unknown>): Promise<EngineAnswer> {
  const { SLIPWAY_ENGINE_URL, SLIPWAY_ENGINE_TOKEN } = env()
  try {
    const response = await fetch(new URL(`/${question}`, SLIPWAY_ENGINE_URL), {
      method: 'POST',
      headers: { authorization: `Bearer ${SLIPWAY_ENGINE_TOKEN ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
      cache: 'no-store',
    })
    const value: unknown = await response.json()
    if (response.ok) return { ok: true, value }
    const refusal = Refusal.safeParse(value)
    return { ok: false, reason: refusal.success ? refusal.data.reason : `The engine answered ${response.status}.` }
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    return { ok: false, reason: late ? 'The engine did not answer within 7 s.' : 'The engine does not answer: it is stopped or starting.' }
  }
}
