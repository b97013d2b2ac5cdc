import type { Sql } from '@/lib/db'
import type { ChangeKey } from '@/lib/events'
import { Prisma } from '@/lib/generated/prisma/client'
import type { EvidenceRow } from '@/lib/rollouts/evidence'
import type { EvidenceTable } from '@/lib/rollouts/record/store'
import type { Claim } from './claim'
import type { Look } from './look'

/** What every turn stores, whether anything changes by it or not. */
export interface Kept {
  /** Rows of the slots that were closed. One that is there already is a fault of the caller's, and fails the turn. */
  evidence: { rolloutId: string; evidence: readonly EvidenceRow[]; labels: readonly EvidenceRow[] } | null
  /** New numbers, the same state: the sentence follows them. No revision: nothing that a person decides by has changed. */
  headline: { rolloutId: string; text: string } | null
  tells: readonly ChangeKey[]
}

/**
 * Stores it in one statement, and with it what the clusters said of the endpoint: a cluster that cannot be reached keeps what it said last, with its time. One
 * statement, because it is the whole of most turns. False, and nothing is stored, when the endpoint or one of its rollouts is not as this turn saw it, or the claim is
 * lost; else the endpoint's row is held until the transaction ends. Every writer of the endpoint's rollouts holds it too, and bumps its revision.
 */
export async function keepTurn(sql: Sql, claim: Claim, look: Look, { evidence, headline, tells }: Kept): Promise<boolean> {
  const now = new Date(look.nowMs)
  const rollouts = [look.live, look.last, ...look.awaiting].flatMap((rollout) =>
    rollout ? { id: rollout.id, revision: rollout.revision } : [],
  )
  const insert = (table: EvidenceTable, rows: readonly EvidenceRow[] = []) => Prisma.sql`
      insert into ${Prisma.raw(`telemetry.${table}`)} (rollout, cluster, slot, generation, frame, counts, flags, at)
      select ${evidence?.rolloutId}::uuid, cluster, to_timestamp(slot / 1000.0), generation, frame, counts, flags, ${now}
      from same, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(cluster uuid, slot float8, generation int, frame int, counts int[], flags smallint)`
  const [{ kept }] = await sql.$queryRaw<[{ kept: boolean }]>`
    with held as (
      select id from endpoint
      where id = ${claim.endpointId}::uuid and lease_owner = ${claim.owner}::uuid and fence = ${claim.fence} and revision = ${look.endpoint.revision}
      for update
    ), same as (
      select from held where not exists (
        select from jsonb_to_recordset(${JSON.stringify(rollouts)}::jsonb) as seen(id uuid, revision int)
        left join rollout r on r.id = seen.id and r.revision = seen.revision where r.id is null)
    ), counted as (${insert('evidence', evidence?.evidence)}
    ), labelled as (${insert('label_evidence', evidence?.labels)}
    ), said as (
      update rollout set headline = ${headline?.text} from same where rollout.id = ${headline?.rolloutId}::uuid
    ), observed as (
      insert into endpoint_cluster as e (endpoint_id, cluster_id, observation, observed_at, acknowledged, acknowledged_generation, acknowledged_at)
      select ${claim.endpointId}::uuid, row.cluster, row.observation, ${now}, row.acknowledged,
        case when row.acknowledged is not null then (row.observation ->> 'generation')::int end,
        case when row.acknowledged is not null then to_timestamp(row.at / 1000) end
      from same, jsonb_to_recordset(${JSON.stringify(observations(look))}::jsonb) as row(cluster uuid, observation jsonb, acknowledged jsonb, at float8)
      on conflict (endpoint_id, cluster_id) do update set observation = excluded.observation, observed_at = excluded.observed_at,
        acknowledged = coalesce(excluded.acknowledged, e.acknowledged),
        acknowledged_generation = coalesce(excluded.acknowledged_generation, e.acknowledged_generation),
        acknowledged_at = coalesce(excluded.acknowledged_at, e.acknowledged_at)
    ), told as (
      select pg_notify('slipway_changed', key) from same, unnest(${[...tells]}::text[]) as key
    )
    select exists (select from same) as kept, (select count(*) from told) as told`
  return kept
}

/** What was seen of each cluster; its arms once more when it is the first time that it routes by the stored wish. */
function observations({ clusters }: Look) {
  return clusters.flatMap(({ place, observed, acknowledged }) => {
    if (!observed) return []
    const first = acknowledged && place.acknowledgedGeneration !== place.generation
    const arms = observed.arms.map(({ versionId, role, weight }) => ({ versionId, role, weight }))
    return [{ cluster: place.clusterId, observation: observed, acknowledged: first ? arms : null, at: observed.acknowledgedAt }]
  })
}
