import { ENGINE } from '@/lib/auth/actor'
import { writeAudit } from '@/lib/command'
import { db, type Tx } from '@/lib/db'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { headline } from '@/lib/rollouts/explain'
import { insertEvidence } from '@/lib/rollouts/record/store'
import { beginReturn } from '@/lib/rollouts/returns/store'
import { type Change, rolloutName, type Settled, settle } from '@/lib/rollouts/steering/store'
import { appendLedger, saveHeadline } from '@/lib/rollouts/store'
import type { Claim } from './claim'
import type { Look } from './look'
import { saveObservations } from './observations'
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

/**
 * Stores a turn in ONE transaction: evidence, states, ledger, live version, alias, wishes and events; compare-and-set on lease, fence, and the revisions of
 * endpoint and rollouts. Throws LostClaim when one of them is not as it was looked at.
 */
export async function commitTurn(claim: Claim, look: Look, thought: Thought): Promise<Settled> {
  const now = new Date(look.nowMs)
  const readOnly = await seenReadOnly(look)
  return db().$transaction(
    async (tx) => {
      await holdAsSeen(tx, claim, look)
      const { evidence } = thought
      if (evidence) {
        await insertEvidence(tx, 'evidence', evidence.rolloutId, evidence.evidence, now)
        await insertEvidence(tx, 'label_evidence', evidence.rolloutId, evidence.labels, now)
        await announce(tx, `rollout:${evidence.rolloutId}`)
        await renewHeadline(tx, thought, look.nowMs)
      }
      await saveObservations(tx, look)
      await saveReadOnly(tx, look, readOnly, now)
      if (look.live) await appendLedger(tx, look.live.id, writtenSince(look), now)
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
    },
    { timeout: 10_000, maxWait: 5_000 },
  )
}

/** New numbers, the same state: the sentence follows them. */
async function renewHeadline(tx: Tx, { judged, changes }: Thought, nowMs: number): Promise<void> {
  if (!judged || changes.some((change) => change.rollout.id === judged.rollout.id)) return
  const { id, plan, state } = judged.rollout
  await saveHeadline(tx, id, headline(plan, state, judged.judgement, nowMs))
}

/** Holds the endpoint's row if it still is as this turn saw it. Every writer of the endpoint's rollouts holds it too, and bumps its revision. */
async function holdAsSeen(tx: Tx, claim: Claim, look: Look): Promise<void> {
  const seen = [look.live, look.last, ...look.awaiting].filter((rollout) => rollout !== null)
  const rows = await tx.$queryRaw<{ id: string | null; revision: number | null }[]>`
    with held as (
      select id from endpoint
      where id = ${claim.endpointId}::uuid and lease_owner = ${claim.owner}::uuid and fence = ${claim.fence} and revision = ${look.endpoint.revision}
      for update
    )
    select r.id, r.revision from held left join rollout r on r.id = any(${seen.map((rollout) => rollout.id)}::uuid[])`
  const revisions = new Map(rows.map((row) => [row.id, row.revision]))
  const changed = seen.some((rollout) => revisions.get(rollout.id) !== rollout.revision)
  if (rows.length === 0 || changed) throw new LostClaim(claim.endpointId)
}

/** What the engine does by itself, as the trail names it; an end is named by its phase. */
const OWN_VERBS = {
  returning: 'rollout.return',
  'watch-failed': 'rollout.watch-failed',
  'watch-asks': 'rollout.watch-asks',
} as const

/** The trail names what the engine did by itself: every end and every turning back. */
async function auditOwnAct(tx: Tx, look: Look, { rollout, events }: Change, now: Date): Promise<void> {
  const { plan } = rollout
  for (const event of events) {
    const own = event.kind === 'returning' || event.kind === 'watch-failed' || event.kind === 'watch-asks'
    if (!own && event.kind !== 'ended') continue
    const verb = own ? OWN_VERBS[event.kind] : `rollout.${event.phase}`
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
