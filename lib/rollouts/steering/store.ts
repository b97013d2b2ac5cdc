import { moveAlias } from '@/lib/aliases/store'
import type { Scope } from '@/lib/auth/permissions'
import type { Tx } from '@/lib/db'
import { composeWish } from '@/lib/endpoints/compose'
import {
  changedWishes,
  endpointParts,
  findPlaced,
  findVersionParts,
  type NewWish,
  type PlacedEndpoint,
  saveWishes,
} from '@/lib/endpoints/store'
import { isStillTheirs } from '@/lib/endpoints/takeover/theirs'
import { notFound } from '@/lib/errors'
import { announce } from '@/lib/events'
import { Prisma } from '@/lib/generated/prisma/client'
import { lockModel } from '@/lib/models/store'
import { headline } from '../explain'
import type { LedgerEvent } from '../ledger'
import type { PlanDocument } from '../schema'
import type { RolloutState } from '../state'
import { lastPlace } from '../steps'
import {
  appendLedger,
  findGoverning,
  findLastJudgement,
  type Governing,
  insertRollout,
  isTerminal,
  type KeptRollout,
  type NewRollout,
  saveRollout,
} from '../store'
import type { Judgement } from '../verdict'
import { wantedArms } from '../wanted'
import { beginner, endedWatch } from './watch'

/** One rollout's step: what the machine made of it. */
export interface Change {
  rollout: KeptRollout
  next: RolloutState
  events: readonly LedgerEvent[]
  /** What the judge said this turn; null: nothing was judged. */
  judgement?: Judgement | null
}

export interface Settled {
  /** The generation of the wishes that were stored, null: nothing changed for any cluster. */
  generation: number | null
  liveVersionId: string | null
}

/** Holds an endpoint's row until the end of the transaction, and reads it. Every writer of an endpoint or its rollouts begins so. */
export async function lockEndpoint(tx: Tx, endpointId: string): Promise<PlacedEndpoint> {
  await tx.$queryRaw`select id from endpoint where id = ${endpointId}::uuid for update`
  const endpoint = await findPlaced(tx, endpointId)
  if (!endpoint) throw notFound('such endpoint')
  return endpoint
}

/** What else a settlement does. `begin`: a rollout that starts in the same transaction; `renew`: every wish gets a new generation, also an unchanged one. */
export interface SettleOptions {
  begin?: NewRollout
  renew?: boolean
}

/**
 * Stores rollouts' changes and everything that follows from them, in the caller's transaction: ledger, live version and alias at a promotion, new wishes
 * under the next generation with its ledger row, the endpoint's revision, and who is told. A rollout that begins ends the watch of the one before. The caller holds the endpoint's row (`lockEndpoint`).
 */
export async function settle(
  tx: Tx,
  endpoint: PlacedEndpoint,
  own: readonly Change[],
  now: Date,
  options: SettleOptions = {},
): Promise<Settled> {
  const { begin, renew = false } = options
  const who = beginner(begin, own)
  const watched = who ? await endedWatch(tx, endpoint.id, who, now) : []
  const changes: readonly Change[] = [...own, ...watched.filter((each) => !own.some(({ rollout }) => rollout.id === each.rollout.id))]
  let promoted: { liveVersionId: string | null; replicas: number } | null = null
  for (const change of changes) {
    await saveRollout(tx, change.rollout, change.next, await headlineOf(tx, change, now), now)
    await appendLedger(tx, change.rollout.id, change.events, now)
    if (change.next.phase !== 'promoted' || change.rollout.state.phase === 'promoted') continue
    const { to, waves } = change.rollout.plan
    promoted = { liveVersionId: to?.id ?? null, replicas: Math.max(...waves.map((wave) => wave.replicas)) }
    await promoteAlias(tx, endpoint, change.rollout, now)
  }
  if (begin) await insertRollout(tx, begin)
  const generation = await settleWishes(tx, { ...endpoint, ...promoted }, changes, now, renew)
  const liveVersionId = promoted ? promoted.liveVersionId : endpoint.liveVersionId
  if (changes.length === 0 && !begin && generation === null) return { generation, liveVersionId }
  // Only what this settlement decided: scale and label rate are a person's, and may have changed since the endpoint was read.
  await tx.endpoint.update({
    where: { id: endpoint.id },
    data: { ...promoted, revision: { increment: 1 }, ...(generation === null ? {} : { generation }) },
  })
  await tell(tx, endpoint.id, changes, begin)
  return { generation, liveVersionId }
}

/** The one sentence that pages, API and notifications carry; from this turn's judgement, else the last one that was written down. */
async function headlineOf(tx: Tx, { rollout, next, judgement }: Change, now: Date): Promise<string> {
  return headline(rollout.plan, next, judgement ?? (await findLastJudgement(tx, rollout.id)), now.getTime())
}

async function tell(tx: Tx, endpointId: string, changes: readonly Change[], begin: NewRollout | undefined): Promise<void> {
  const phases = new Set(
    changes.filter(({ rollout, next }) => rollout.state.phase !== next.phase).map(({ rollout }) => rollout.state.phase),
  )
  await announce(tx, `endpoint:${endpointId}`, ...changes.map(({ rollout }) => `rollout:${rollout.id}` as const))
  if (begin || phases.size > 0) await announce(tx, 'rollouts')
  if (begin?.state.phase === 'awaiting-approval' || phases.has('awaiting-approval')) await announce(tx, 'approvals')
}

async function promoteAlias(tx: Tx, endpoint: PlacedEndpoint, rollout: KeptRollout, now: Date): Promise<void> {
  const { alias, to } = rollout.plan
  if (alias === null) return
  await lockModel(tx, endpoint.modelId)
  await moveAlias(tx, {
    modelId: endpoint.modelId,
    name: alias,
    versionId: to?.id ?? null,
    actorName: rollout.authorName,
    rolloutId: rollout.id,
    reason: `Promoted in ${endpoint.environment}.`,
    at: now,
  })
  await announce(tx, `model:${endpoint.modelId}`)
}

/** Stores the wishes that differ from what is stored. A step is always a generation of its own, also where the weights stay: evidence is kept by generation. */
async function settleWishes(
  tx: Tx,
  endpoint: PlacedEndpoint,
  changes: readonly Change[],
  now: Date,
  renew: boolean,
): Promise<number | null> {
  const { live, last } = await findGoverning(tx, endpoint.id)
  const wishes = await wantedWishes(tx, endpoint, { live, last }, now)
  const changed = new Set((renew ? wishes : changedWishes(endpoint, wishes)).map((wish) => wish.clusterId))
  const moved = live && changes.find(({ rollout }) => rollout.id === live.id)
  if (live && moved && hasMoved(moved)) changed.add(live.plan.waves[placeOf(moved.next)?.wave ?? 0]?.clusterId ?? '')
  const due = wishes.filter((wish) => changed.has(wish.clusterId))
  if (due.length === 0) return null
  const generation = endpoint.generation + 1
  await saveWishes(tx, endpoint.id, generation, endpoint.fence, due, now.getTime())
  // Also while it is watched: what is counted under a generation that the ledger does not name is never judged.
  const judged = live ?? (last?.state.phase === 'promoted' && last.state.watch === 'open' ? last : null)
  if (judged) await appendLedger(tx, judged.id, [wished(judged, generation, wishes)], now)
  return generation
}

/** Should some cluster have another wish than the stored one, as time passes or somebody changed what the endpoint is made of? */
export async function wantsAnew(tx: Tx, endpoint: PlacedEndpoint, governing: Governing, now: Date): Promise<boolean> {
  return changedWishes(endpoint, await wantedWishes(tx, endpoint, governing, now)).length > 0
}

/** The wishes that all clusters should have now; none where the route is to be left. */
async function wantedWishes(
  tx: Tx,
  endpoint: PlacedEndpoint,
  { live, last }: Pick<Governing, 'live' | 'last'>,
  now: Date,
): Promise<NewWish[]> {
  const clusterIds = endpoint.clusters.map((place) => place.clusterId)
  const arms = wantedArms({ ...endpoint, clusterIds }, live, last, now.getTime())
  if (!arms) return []
  const ids = [...new Set([...arms.values()].flatMap((list) => list.map((arm) => arm.versionId)))]
  const versions = await findVersionParts(tx, ids)
  const observe = live?.plan.observe
  const parts = { ...endpointParts(endpoint, live?.id ?? endpoint.id), ...(observe ? { observe } : {}) }
  return [...arms].map(([clusterId, list]) => ({ clusterId, wish: composeWish(parts, list, versions) }))
}

function placeOf(state: RolloutState) {
  return 'place' in state ? state.place : null
}

function hasMoved({ rollout, next }: Change): boolean {
  const [before, after] = [placeOf(rollout.state), placeOf(next)]
  return after !== null && !isTerminal(next.phase) && (before?.wave !== after.wave || before.step !== after.step)
}

function wished({ plan, state }: KeptRollout, generation: number, wishes: readonly NewWish[]): LedgerEvent {
  const candidate = plan.to?.id
  const weights = wishes.map(
    ({ clusterId, wish }) => [clusterId, wish.arms.find((arm) => arm.versionId === candidate)?.weight ?? 0] as const,
  )
  return {
    kind: 'wished',
    generation,
    place: placeOf(state) ?? lastPlace(plan),
    weights: Object.fromEntries(weights),
  }
}

/** Where permissions over a rollout must hold. Throws not-found. */
export async function rolloutScope(tx: Tx, rolloutId: string): Promise<Scope> {
  const row = await tx.rollout.findUnique({
    where: { id: rolloutId },
    select: { endpoint: { select: { environmentId: true, model: { select: { teamId: true } } } } },
  })
  if (!row) throw notFound('such rollout')
  return { teamId: row.endpoint.model.teamId, environmentId: row.endpoint.environmentId }
}

/** "flight-delay v1 to v2 in trial", for the trail; a first version: "flight-delay v1 in trial". Pure. */
export function rolloutName({ endpoint, from, to }: PlanDocument): string {
  const word = (version: { number: number } | null) => (version ? `v${version.number}` : 'no version')
  return `${endpoint.model} ${from ? `${word(from)} to ` : ''}${word(to)} in ${endpoint.environment}`
}

/** Takes the endpoint from whoever works on it: their commit and their late writes are refused. */
export async function releaseLease(tx: Tx, endpointId: string): Promise<void> {
  await tx.endpoint.update({ where: { id: endpointId }, data: { leaseOwner: null, leaseUntil: null } })
}

/**
 * A person decided about another writer's change: from now on ours is later than what was observed. `keep`: what they wrote counts as ours, and
 * nothing is written over it, nor on the endpoint's other clusters; else the next wish, with a later generation, is.
 */
export async function adoptObserved(tx: Tx, endpoint: PlacedEndpoint, keep: boolean, now: Date): Promise<PlacedEndpoint> {
  const observed = endpoint.clusters.flatMap((place) => place.observation ?? [])
  const fence = Math.max(endpoint.fence, ...observed.map((each) => each.fence))
  const generation = Math.max(endpoint.generation, ...observed.map((each) => each.generation))
  const writable = { readOnlySince: null, readOnly: Prisma.DbNull }
  await tx.endpoint.update({ where: { id: endpoint.id }, data: { fence, generation, ...writable, revision: { increment: 1 } } })
  if (keep) {
    for (const place of endpoint.clusters) {
      const { clusterId, observation } = place
      // Elsewhere our own last wish may have come after this was seen, or never was: whether it did or not, it is nobody else's.
      const ours = isStillTheirs(endpoint, place, observation) ? 0 : place.generation
      const theirs = { generation: Math.max(ours, observation?.generation ?? 0), wish: Prisma.DbNull, wishedAt: now }
      await tx.endpointCluster.update({ where: { endpointId_clusterId: { endpointId: endpoint.id, clusterId } }, data: theirs })
    }
  }
  return { ...endpoint, fence, generation, readOnly: null }
}
