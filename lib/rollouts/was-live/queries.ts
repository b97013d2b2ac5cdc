import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { parse } from '@/lib/command'
import { db, pool } from '@/lib/db'
import { promotionsAt } from '@/lib/endpoints/history/store'
import { invalid, notFound } from '@/lib/errors'
import type { PlanDocument } from '../schema'
import type { Why } from '../state'
import { AskWasLive, type WasLive, type WasLiveRow } from './schema'
import { wasLiveSentence } from './sentence'

interface Row {
  endpoint_id: string
  model: string
  team_id: string
  rollout_id: string | null
  strategy: string | null
  since: Date | null
  launched_by: string | null
  approved_by: string[]
  promoted_by: string | null
  version: number | null
  digest: string | null
  under_id: string | null
  under_by: string
  under_approved: string[]
  under_version: number | null
  under_plan: PlanDocument | null
  under_weights: Record<string, number> | null
  back_id: string | null
  back_at: Date | null
  back_version: number | null
  back_why: Why | null
  retired_at: Date | null
  retired_by: string
}

const YES = (rollout: string) =>
  `array(select approver_name from approval where rollout_id = ${rollout} and answer = 'yes' and used_at is not null order by at)`

/**
 * Per endpoint ($1) at a time ($2): the rollout that made its version live ($3), the one that was under way, the last that was sent back since, and when it
 * was last retired. One that was retired then, and not launched again yet, is left out.
 */
const SQL = `
  select e.id as endpoint_id, m.slug as model, m.team_id,
    p.id as rollout_id, p.strategy, p.ended_at as since, p.author_name as launched_by, ${YES('p.id')} as approved_by, v.number as version, v.digest,
    (select payload -> 'by' ->> 'name' from ledger where rollout_id = p.id and kind = 'promote-now' order by seq desc limit 1) as promoted_by,
    u.id as under_id, u.author_name as under_by, ${YES('u.id')} as under_approved, uv.number as under_version, up.document as under_plan,
    (select payload -> 'weights' from ledger where rollout_id = u.id and kind = 'wished' and at <= $2 order by seq desc limit 1) as under_weights,
    b.id as back_id, b.ended_at as back_at, bv.number as back_version,
    (select payload -> 'why' from ledger where rollout_id = b.id and kind = 'ended' order by seq limit 1) as back_why,
    t.at as retired_at, t.actor_name as retired_by
  from endpoint e join model m on m.id = e.model_id
  left join rollout p on p.endpoint_id = e.id and p.id = any($3::uuid[])
  left join model_version v on v.id = p.to_version_id
  left join lateral (
    select at, actor_name from audit where target_kind = 'endpoint' and target_id = e.id::text and verb = 'endpoint.retire' and at <= $2
    order by at desc limit 1) t on true
  left join lateral (
    select * from rollout where endpoint_id = e.id and started_at <= $2 and (ended_at is null or ended_at > $2) order by started_at desc limit 1) u on true
  left join plan up on up.hash = u.plan_hash
  left join model_version uv on uv.id = u.to_version_id
  left join lateral (
    select * from rollout where endpoint_id = e.id and phase in ('returned', 'aborted') and ended_at <= $2 and (p.ended_at is null or ended_at > p.ended_at)
      and (t.at is null or ended_at > t.at)
    order by ended_at desc limit 1) b on true
  left join model_version bv on bv.id = b.to_version_id
  where e.id = any($1::uuid[]) and (t.at is null or exists (select from rollout where endpoint_id = e.id and created_at >= t.at and created_at <= $2))
  order by m.slug`

/** What was live in an environment at a moment, and who decided: of the teams that the actor may read. Throws not-found; `invalid` for a time to come. */
export async function getWasLive(actor: Actor, slug: string, raw: unknown): Promise<WasLive> {
  const asked = parse(AskWasLive, raw)
  const environment = await db().environment.findFirst({ where: { slug }, orderBy: { createdAt: 'desc' }, select: { id: true } })
  if (!environment || !may(actor.grants, 'team:read', { environmentId: environment.id })) throw notFound(`environment "${slug}"`)
  const now = await databaseNow(db())
  const at = asked.at ?? now
  if (at > now) throw invalid('at', `${at.toISOString()} has not come yet: it is ${now.toISOString()}.`)
  const endpoints = await db().endpoint.findMany({
    where: { environmentId: environment.id, createdAt: { lte: at }, OR: [{ removedAt: null }, { removedAt: { gt: at } }] },
    select: { id: true },
  })
  const ids = endpoints.map(({ id }) => id)
  const promotions = [...(await promotionsAt(db(), ids, at)).values()]
  const { rows } = await pool().query<Row>(SQL, [ids, at, promotions.map(({ rolloutId }) => rolloutId)])
  const own = rows.filter((row) => may(actor.grants, 'team:read', { teamId: row.team_id, environmentId: environment.id }))
  return { environment: slug, at: at.toISOString(), rows: own.map(toRow) }
}

function toRow(row: Row): WasLiveRow {
  const plain = {
    endpointId: row.endpoint_id,
    model: row.model,
    version: row.version,
    digest: row.digest,
    since: row.since?.toISOString() ?? null,
    rolloutId: row.rollout_id,
    strategy: row.strategy,
    launchedBy: row.launched_by,
    approvedBy: row.approved_by,
    promotedBy: row.rollout_id === null ? null : (row.promoted_by ?? "the engine, by the plan's gates"),
    retired: row.rollout_id === null && row.retired_at !== null ? { at: row.retired_at.toISOString(), by: row.retired_by } : null,
    underWay: underWayOf(row),
    sentBack:
      row.back_id === null || row.back_at === null
        ? null
        : { rolloutId: row.back_id, version: row.back_version, at: row.back_at.toISOString(), by: whoOf(row.back_why) },
  }
  return { ...plain, sentence: wasLiveSentence(plain) }
}

function underWayOf(row: Row): WasLiveRow['underWay'] {
  if (row.under_id === null) return null
  const weights = row.under_weights ?? {}
  return {
    rolloutId: row.under_id,
    version: row.under_version,
    launchedBy: row.under_by,
    approvedBy: row.under_approved,
    weights: (row.under_plan?.waves ?? []).map(({ clusterId, cluster }) => ({ cluster, weight: weights[clusterId] ?? 0 })),
  }
}

function whoOf(why: Why | null): string {
  return why?.cause === 'person' || why?.cause === 'superseded' ? why.by.name : "the engine, by the plan's gates"
}
