import type { Tx } from '@/lib/db'
import type { PlacedEndpoint } from '@/lib/endpoints/store'
import { notFound } from '@/lib/errors'
import { wakeEndpoint } from '@/lib/events'
import { newId } from '@/lib/id'
import { advance } from '../machine'
import { newRollout } from '../new-rollout'
import { compileReturn, type PlanVersion } from '../plan'
import { Policy } from '../schema'
import type { Who } from '../state'
import { type Change, settle } from '../steering/store'
import { findLive } from '../store'

/** The environment's policy of this moment, with its version. */
export async function findPolicy(tx: Tx, environmentId: string): Promise<{ policy: Policy; version: number }> {
  const { policyVersion: version } = await tx.environment.findUniqueOrThrow({
    where: { id: environmentId },
    select: { policyVersion: true },
  })
  const row = await tx.environmentPolicy.findUnique({
    where: { environmentId_version: { environmentId, version } },
    select: { document: true },
  })
  if (!row) throw new Error(`The policy ${version} of environment ${environmentId} is missing.`)
  return { policy: Policy.parse(row.document), version }
}

/** A version as a plan names it. */
export async function findPlanVersion(tx: Tx, versionId: string | null): Promise<PlanVersion | null> {
  if (versionId === null) return null
  const row = await tx.modelVersion.findUnique({ where: { id: versionId }, select: { id: true, number: true, digest: true } })
  if (!row) throw notFound('such version')
  return row
}

/** Was this version promoted on this endpoint before? Only such a one may be returned to without approval. */
export async function wasPromoted(tx: Tx, endpointId: string, versionId: string): Promise<boolean> {
  return (await tx.rollout.count({ where: { endpointId, toVersionId: versionId, phase: 'promoted' } })) > 0
}

/** Older than this, what a cluster said of its replicas is not relied on. */
const FRESH_MS = 10_000

/** Replicas of the version that are ready by cluster id, as just observed: a warm version gets its traffic with the first wish, and one that has it keeps it. */
function readyNow(endpoint: PlacedEndpoint, versionId: string | null, now: Date): Record<string, number> {
  const fresh = endpoint.clusters.filter((place) => place.observedAt !== null && now.getTime() - place.observedAt <= FRESH_MS)
  const ready = fresh.map((place) => {
    const arm = place.observation?.arms.find((each) => each.versionId === versionId)
    return [place.clusterId, arm?.ready ?? 0] as const
  })
  return Object.fromEntries(ready.filter(([, count]) => count > 0))
}

/**
 * Begins a rollout of strategy `return` to `to` (null: to no version), and ends the endpoint's live rollout, both in the caller's transaction; the caller
 * holds the endpoint's row. Returns the new rollout's id.
 */
export async function beginReturn(
  tx: Tx,
  endpoint: PlacedEndpoint,
  { to, by, now, earlier = [] }: { to: string | null; by: Who; now: Date; earlier?: readonly Change[] },
): Promise<string> {
  const live = await findLive(tx, endpoint.id)
  const changes = [...earlier]
  if (live) {
    const moved = advance(live.plan, live.state, { kind: 'supersede', by }, now.getTime())
    if (moved.ok) changes.push({ rollout: live, next: moved.next, events: moved.events })
  }
  const { policy, version: policyVersion } = await findPolicy(tx, endpoint.environmentId)
  const plan = compileReturn({
    rolloutId: newId(),
    endpoint: { id: endpoint.id, model: endpoint.model, environment: endpoint.environment },
    from: await findPlanVersion(tx, endpoint.liveVersionId),
    to: await findPlanVersion(tx, to),
    policy,
    policyVersion,
    waves: endpoint.clusters.map(({ clusterId, cluster }) => ({ clusterId, cluster })),
    replicas: endpoint.replicas,
    authors: [by.id],
  })
  await settle(tx, endpoint, changes, now, { begin: newRollout(plan, by, now, readyNow(endpoint, to, now)) })
  await wakeEndpoint(tx, endpoint.id)
  return plan.rolloutId
}
