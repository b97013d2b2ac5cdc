import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { ending } from '@/lib/ending'
import { getRolloutView } from '../queries'
import { Phase } from '../schema'
import { isTerminal } from '../store'
import type { RolloutView } from '../view-schema'

/** `wait`: seconds that the answer may take. `phase`: answer as soon as the phase is another; without it, as soon as the rollout has ended. */
export const Wait = z.object({
  wait: z.coerce
    .number()
    .min(0, 'wait is a number of seconds, at least 0.')
    .max(300, 'wait is at most 300 seconds: ask again after it.')
    .default(0),
  phase: Phase.optional(),
})

const LOOK_MS = 500

/** A rollout as it is, or, with `wait`, as it is when it has ended (or left `phase`), at the latest after that time. For pipelines. */
export async function waitForRollout(actor: Actor, id: string, search: URLSearchParams, signal: AbortSignal): Promise<RolloutView> {
  const { wait, phase } = parse(Wait, Object.fromEntries(search))
  // Read once before waiting: who may not read it is told so at once.
  const first = await getRolloutView(actor, id)
  const over = (now: Phase) => (phase === undefined ? isTerminal(now) : now !== phase)
  if (wait === 0 || over(first.phase)) return first
  const until = performance.now() + wait * 1_000
  while (performance.now() < until && !signal.aborted && !ending().aborted) {
    await pause(LOOK_MS)
    const row = await db().rollout.findUnique({ where: { id }, select: { phase: true } })
    if (!row || over(Phase.parse(row.phase))) break
  }
  return getRolloutView(actor, id)
}
