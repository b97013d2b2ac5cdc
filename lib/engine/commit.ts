import { ENGINE } from '@/lib/auth/actor'
import { writeAudit } from '@/lib/command'
import { db, type Sql, type Tx } from '@/lib/db'
import { newId } from '@/lib/id'
import { headline } from '@/lib/rollouts/explain'
import { beginReturn } from '@/lib/rollouts/returns/store'
import { type Change, rolloutName, type Settled, settle, wantsAnew } from '@/lib/rollouts/steering/store'
import { appendLedger } from '@/lib/rollouts/store'
import type { Claim } from './claim'
import { type Kept, keepTurn } from './keep'
import type { Look } from './look'
import { saveReadOnly, seenReadOnly } from './read-only'
import { writtenSince } from './return-times'
import type { Thought } from './think'

/** Thrown when the endpoint was taken over, or a person acted, since this turn looked: nothing of the turn is stored. */
export class LostClaim extends Error {
  constructor(endpointId: string) {
    super(`The claim on endpoint ${endpointId} is lost.`)
    this.name = 'LostClaim'
  }
}

/** It ends before a person's command that waits for the same rows is given up, and before the lease. */
const SOONER = { timeout: 10_000 }

/**
 * Stores a turn in ONE transaction: evidence, states, ledger, live version, alias, wishes and events; compare-and-set on lease, fence, and the revisions of
 * endpoint and rollouts. Throws LostClaim when one of them is not as it was looked at. Most turns only count: they are one statement.
 */
export async function commitTurn(claim: Claim, look: Look, thought: Thought): Promise<Settled> {
  const now = new Date(look.nowMs)
  const readOnly = await seenReadOnly(look)
  const written = writtenSince(look)
  const keep = async (sql: Sql) => {
    if (!(await keepTurn(sql, claim, look, keptOf(look, thought)))) throw new LostClaim(claim.endpointId)
  }
  const quiet = thought.changes.length === 0 && readOnly === undefined && written.length === 0
  if (quiet && !(await wantsAnew(db(), look.endpoint, look, now))) {
    await keep(db())
    return { generation: null, liveVersionId: look.endpoint.liveVersionId }
  }
  return db().$transaction(async (tx) => {
    await keep(tx)
    await saveReadOnly(tx, look, readOnly, now)
    if (look.live) await appendLedger(tx, look.live.id, written, now)
    for (const change of thought.changes) await auditOwnAct(tx, look, change, now)
    const failed = thought.changes.find((change) => change.events.some((event) => event.kind === 'watch-failed'))
    if (!failed) return settle(tx, look.endpoint, thought.changes, now)
    const { plan } = failed.rollout
    await beginReturn(tx, look.endpoint, {
      to: plan.from?.id ?? null,
      by: { id: ENGINE.id, name: ENGINE.name },
      now,
      earlier: thought.changes,
    })
    return { generation: null, liveVersionId: look.endpoint.liveVersionId }
  }, SOONER)
}

/** What is stored of the turn whether anything changes or not. A change brings its own sentence. */
function keptOf(look: Look, { evidence, judged, changes }: Thought): Kept {
  const same = evidence && judged && !changes.some((change) => change.rollout.id === judged.rollout.id)
  const { rollout, judgement } = judged ?? {}
  const text = same && rollout && judgement ? headline(rollout.plan, rollout.state, judgement, look.nowMs) : null
  return {
    evidence,
    headline: rollout && text !== null ? { rolloutId: rollout.id, text } : null,
    tells: evidence ? [`rollout:${evidence.rolloutId}`] : [],
  }
}

/** What the engine does by itself, as the trail names it; an end is named by its phase. */
const OWN_VERBS = {
  returning: 'rollout.return',
  'wave-returned': 'rollout.wave-returned',
  'watch-failed': 'rollout.watch-failed',
  'watch-asks': 'rollout.watch-asks',
} as const

/** The trail names what the engine did by itself: every end and every turning back. */
async function auditOwnAct(tx: Tx, look: Look, { rollout, events }: Change, now: Date): Promise<void> {
  const { plan } = rollout
  for (const event of events) {
    const verb =
      event.kind === 'ended' ? `rollout.${event.phase}` : event.kind in OWN_VERBS ? OWN_VERBS[event.kind as keyof typeof OWN_VERBS] : null
    if (!verb) continue
    const scope = { teamId: look.endpoint.teamId, environmentId: look.endpoint.environmentId }
    await writeAudit(tx, {
      actor: ENGINE,
      verb,
      target: { kind: 'rollout', id: rollout.id, name: rolloutName(plan), detail: 'why' in event ? { why: event.why } : {} },
      scope,
      now,
      requestId: newId(),
    })
  }
}
