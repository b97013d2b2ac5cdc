import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may, type Permission, readableTeams } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { callersUrl } from '@/lib/clusters/schema'
import { parse } from '@/lib/command'
import { containing } from '@/lib/containing'
import { db } from '@/lib/db'
import { findPlaced } from '@/lib/endpoints/store'
import { notFound, Problem } from '@/lib/errors'
import { capital } from '@/lib/format'
import { log } from '@/lib/log'
import { decodeCursor, encodeCursor, type Page, pageOf } from '@/lib/paging'
import { readOr } from '@/lib/stored'
import { rowOf, worstOf } from './list-row'
import { LIVE_PHASES, STRATEGIES, TERMINAL_PHASES } from './schema'
import { judgedPoints, knownNow } from './sentence/store'
import { seriesOf } from './series'
import { isTerminal, type KeptRollout, readLedger, toKept } from './store'
import { lineOf } from './timeline'
import { countedCopies } from './traffic/copies'
import { countedSteps, recentCounts, watermarks } from './traffic/store'
import { iso, type ViewParts, viewOf } from './view'
import type { ControlVerb, RolloutRow, RolloutSeries, RolloutView, TimelineLine } from './view-schema'

const STATES = { live: LIVE_PHASES, waiting: ['awaiting-approval'], ended: TERMINAL_PHASES } as const
/** Which rollouts a list shows. */
export const ListRollouts = z.object({
  q: z.string().trim().max(120).default(''),
  environment: z.string().max(63).default(''),
  endpointId: z.uuid().optional(),
  state: z.enum(['', 'live', 'waiting', 'ended']).default(''),
  strategy: z.enum(['', ...STRATEGIES]).default(''),
  /** Those that were not over before `from`, and were launched before `to`. */
  from: z.coerce.date().optional(),
  to: z.coerce.date().optional(),
  after: z.string().max(400).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(30),
})

/** Rollouts of the teams the actor may read, newest first, by keyset. */
export async function listRollouts(actor: Actor, raw: unknown): Promise<Page<RolloutRow>> {
  const filter = parse(ListRollouts, raw)
  const teams = readableTeams(actor.grants)
  const has = containing(filter.q)
  const cursor = decodeCursor(filter.after)
  const at = cursor ? new Date(cursor[0]) : null
  const rows = await db().rollout.findMany({
    where: {
      ...(filter.endpointId ? { endpointId: filter.endpointId } : {}),
      ...(filter.strategy ? { strategy: filter.strategy } : {}),
      ...(filter.state ? { phase: { in: [...STATES[filter.state]] } } : {}),
      AND: [
        cursor && at ? { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: cursor[1] } }] } : {},
        filter.from ? { OR: [{ endedAt: null }, { endedAt: { gte: filter.from } }] } : {},
        filter.to ? { createdAt: { lt: filter.to } } : {},
      ],
      endpoint: {
        model: teams ? { teamId: { in: teams } } : {},
        ...(filter.environment ? { environment: { slug: filter.environment } } : {}),
        ...(filter.q ? { OR: [{ model: { slug: has } }, { environment: { slug: has } }] } : {}),
      },
    },
    include: {
      plan: { select: { document: true } },
      endpoint: {
        select: {
          model: { select: { slug: true } },
          environment: { select: { slug: true } },
          clusters: { select: { clusterId: true, wish: true } },
        },
      },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: filter.limit + 1,
  })
  const live = rows.filter((row) => row.endedAt === null)
  const [counts, worst] = await Promise.all([recentCounts(live.map((row) => row.endpointId)), worstOf(live.map((row) => row.id))])
  return pageOf(
    rows,
    filter.limit,
    (row) => encodeCursor(row.createdAt.toISOString(), row.id),
    (row) => rowOf(row, { counts, health: worst.get(row.id) ?? null }),
  )
}

/** A rollout with its scope, if the actor may read it. Throws not-found, and says which document cannot be read. */
export async function readable(actor: Actor, id: string) {
  const row = await db().rollout.findUnique({
    where: { id: parse(z.uuid(), id) },
    include: {
      plan: { select: { document: true } },
      approvals: { orderBy: { at: 'asc' } },
      endpoint: { select: { environmentId: true, model: { select: { teamId: true } } } },
    },
  })
  const scope = { teamId: row?.endpoint.model.teamId ?? '', environmentId: row?.endpoint.environmentId ?? '' }
  if (!row || !may(actor.grants, 'team:read', scope)) throw notFound('such rollout')
  const rollout = readOr(
    'plan',
    () => toKept(row),
    (why) => {
      throw new Problem('internal', `${capital(why)}.`)
    },
  )
  return { row, scope, rollout }
}

const PERMISSIONS: Record<ControlVerb, Permission> = {
  pause: 'rollout:pause',
  resume: 'rollout:resume',
  extend: 'rollout:resume',
  raise: 'rollout:promote',
  lower: 'rollout:pause',
  mirror: 'rollout:resume',
  unmirror: 'rollout:resume',
  promote: 'rollout:promote',
  return: 'rollout:return',
  cancel: 'rollout:cancel',
  keep: 'rollout:takeover',
  restore: 'rollout:takeover',
}

/** Until when an open watch lasts; null: nothing is watched. */
function watchOf(state: KeptRollout['state']): string | null {
  return state.phase === 'promoted' && state.watch === 'open' && state.watchUntil !== null ? iso(state.watchUntil) : null
}

/** Everything on the first screenful of a rollout's page. Throws not-found. */
export async function getRolloutView(actor: Actor, id: string): Promise<RolloutView> {
  const { row, scope, rollout } = await readable(actor, id)
  const { plan } = rollout
  const clusterIds = plan.waves.map((wave) => wave.clusterId)
  const now = await databaseNow(db())
  const [known, endpoint, clusters, counts, marks, engine, installation] = await Promise.all([
    knownNow(rollout, now),
    findPlaced(db(), rollout.endpointId),
    db().cluster.findMany({ where: { id: { in: clusterIds } }, select: { id: true, location: true, config: true, seenAt: true } }),
    recentCounts([rollout.endpointId]),
    watermarks(rollout.endpointId, clusterIds),
    db().process.findFirst({ where: { kind: 'engine' }, orderBy: { seenAt: 'desc' }, select: { seenAt: true } }),
    db().installation.findUnique({ where: { id: 1 }, select: { example: true } }),
  ])
  if (!endpoint) throw notFound('such rollout')
  const places = clusters.map((cluster) => {
    const address = callersUrl(cluster.config)
    return [cluster.id, { location: cluster.location, address, seenAt: cluster.seenAt?.getTime() ?? null }] as const
  })
  const mayDo = (verb: ControlVerb) => may(actor.grants, PERMISSIONS[verb], scope)
  const parts: ViewParts = {
    rollout,
    endpoint,
    ...known,
    counts,
    clusters: new Map(places),
    watermarks: marks,
    actor,
    mayDo,
    copies: plan.to && !isTerminal(rollout.state.phase) ? await countedCopies(rollout.endpointId, plan.to.id) : null,
    endedAt: row.endedAt?.getTime() ?? null,
    now: now.getTime(),
  }
  const { id: rolloutId, endpointId, planHash, revision } = rollout
  return {
    ...{ id: rolloutId, endpointId, planHash, revision, strategy: plan.strategy, phase: rollout.state.phase },
    ...{
      model: plan.endpoint.model,
      environment: plan.endpoint.environment,
      from: plan.from,
      to: plan.to,
      sameArtifact: plan.sameArtifact,
    },
    ...{ author: rollout.authorName, steps: plan.steps, pace: plan.pace, planGates: { gates: plan.gates, alpha: plan.alpha } },
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    watchUntil: watchOf(rollout.state),
    approvals: {
      needed: plan.approvals,
      answers: row.approvals.map(({ approverName: name, answer, reason, at }) => ({ name, answer, reason, at: at.toISOString() })),
    },
    engineSeenAt: engine?.seenAt.toISOString() ?? null,
    rerun:
      Boolean(installation?.example) &&
      isTerminal(rollout.state.phase) &&
      plan.strategy !== 'return' &&
      may(actor.grants, 'rollout:launch', scope),
    now: now.toISOString(),
    ...viewOf(parts),
  }
}

const TIMELINE_MAX = 500

/** What happened, newest first. Wishes and repeated looks are left to the ledger's export. Throws not-found. */
export async function getRolloutTimeline(actor: Actor, id: string): Promise<TimelineLine[]> {
  const { rollout } = await readable(actor, id)
  const lines = await readLedger(db(), rollout.id)
  return lines
    .filter(({ event }) => event.kind !== 'wished')
    .slice(-TIMELINE_MAX)
    .reverse()
    .map(({ seq, at, event }) => {
      const { who, what, because, explain } = lineOf(rollout.plan, event)
      const waits = event.kind === 'judged' && event.judgement.decision.action === 'wait'
      return { seq, at: iso(at), who, what, because, waits, explain: [...explain] }
    })
}

const BEFORE_MS = 60_000
const AFTER_MS = 60_000
const WATCHED_MS = 30 * 60_000

/** The charts of a rollout: from a minute before its start to now, or to a little after its end. Throws not-found. */
export async function getRolloutSeries(actor: Actor, id: string): Promise<RolloutSeries> {
  const { row, rollout } = await readable(actor, id)
  const now = (await databaseNow(db())).getTime()
  const from = (rollout.startedAt ?? rollout.createdAt) - BEFORE_MS
  const after = rollout.state.phase === 'promoted' ? WATCHED_MS : AFTER_MS
  const to = row.endedAt ? Math.min(now, row.endedAt.getTime() + after) : now
  const versions = [rollout.plan.from?.id, rollout.plan.to?.id].filter((each) => each !== undefined)
  const [{ steps, stepMs }, lines, history] = await Promise.all([
    countedSteps(rollout.endpointId, versions, { from, to, now }),
    readLedger(db(), rollout.id),
    judgedPoints(rollout).catch((error: unknown) => {
      log.warn({ err: error, rollout: rollout.id }, 'the record could not be folded; no evidence is drawn')
      return []
    }),
  ])
  return seriesOf({ plan: rollout.plan, lines, history, steps, stepMs, from, to })
}
