import type { PoolClient } from 'pg'
import type { z } from 'zod'
import { pool } from '@/lib/db'
import { timeOfId } from '@/lib/id'
import type { Outcome } from './flush'
import { withPartitions } from './partitions'

/** A label that comes before its prediction waits this long. */
const WAIT_MS = 3_600_000
/** Score bins of each class, for AUC. */
export const LABEL_BINS = 20

/** What became of each outcome. `unknown`: no prediction under that id, and too old to wait for one. */
export interface OutcomeAnswer {
  matched: number
  waiting: number
  duplicate: number
  unknown: string[]
}

/**
 * Stores true outcomes, each once, and meets them with their predictions. `teams`: the teams whose predictions the writer may label (null: all); another team's
 * prediction answers as unknown.
 */
export async function ingestOutcomes(outcomes: z.infer<typeof Outcome>[], teams: string[] | null): Promise<OutcomeAnswer> {
  const byId = new Map(outcomes.map((outcome) => [outcome.requestId, outcome.value]))
  const ids = [...byId.keys()].sort()
  const times = ids.map(timeOfId)
  const now = await databaseNowMs()
  // Times outside what can be here are unknown at once: they must not make partitions.
  const plausible = ids.filter((_, i) => times[i] <= now + 2_000 && times[i] > now - 60 * 86_400_000)
  const unknown = ids.filter((id) => !plausible.includes(id))
  if (plausible.length === 0) return { matched: 0, waiting: 0, duplicate: 0, unknown }
  return withPartitions(pool(), [Math.min(...plausible.map(timeOfId)), Math.max(...plausible.map(timeOfId))], async (client) => {
    const { rows } = await client.query<{ id: string; matched: boolean }>(
      `with o as (select r.id, to_timestamp(r.at / 1000.0) as at, r.value from unnest($1::uuid[], $2::float8[], $3::real[]) as r(id, at, value)),
       known as (
         select o.id, o.at, o.value, p.series, p.generation, p.positive, p.score from o join telemetry.prediction p on p.id = o.id and p.at = o.at and p.at = any($6::timestamptz[])
         join telemetry.series s on s.id = p.series join endpoint e on e.id = s.endpoint_id join model m on m.id = e.model_id
         where $4::uuid[] is null or m.team_id = any($4)),
       waiting as (
         select o.* from o where o.at > clock_timestamp() - make_interval(secs => $5) and not exists (select from telemetry.prediction p where p.id = o.id and p.at = o.at and p.at = any($6::timestamptz[]))),
       stored as (
         insert into telemetry.outcome (id, at, value, received_at, matched_at, series, generation, positive, score, team)
         select id, at, value, clock_timestamp(), clock_timestamp(), series, generation, positive, score, null from known
         union all select id, at, value, clock_timestamp(), null, null, null, null, null, case when cardinality($4::uuid[]) = 1 then ($4::uuid[])[1] end from waiting
         on conflict do nothing returning id, matched_at is not null as matched)
       select id, matched from stored`,
      [plausible, plausible.map(timeOfId), plausible.map((id) => byId.get(id)), teams, WAIT_MS / 1000, datesOf(plausible)],
    )
    const matched = rows.filter((row) => row.matched).map((row) => row.id)
    await countLabels(client, matched)
    const stored = new Set(rows.map((row) => row.id))
    const missing = plausible.filter((id) => !stored.has(id))
    const duplicates = await storedOf(client, missing)
    return {
      matched: matched.length,
      waiting: rows.length - matched.length,
      duplicate: duplicates.size,
      unknown: [...unknown, ...missing.filter((id) => !duplicates.has(id))],
    }
  })
}

/** Those of the ids whose outcome is stored. */
async function storedOf(client: PoolClient, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await client.query<{ id: string }>(
    'select id from telemetry.outcome where id = any($1) and at = any($2::timestamptz[])',
    [ids, datesOf(ids)],
  )
  return new Set(rows.map((row) => row.id))
}

/** The times in ids, each once. Every query names them beside the ids: only so does Postgres open the few hours, of up to 720, that hold them. */
function datesOf(ids: string[]): Date[] {
  return [...new Set(ids.map(timeOfId))].map((ms) => new Date(ms))
}

async function databaseNowMs(): Promise<number> {
  const { rows } = await pool().query<{ now: Date }>('select clock_timestamp() as now')
  return rows[0].now.getTime()
}

/** Predictions have come: outcomes that waited for them are matched now, in the slot of this ingest. */
export async function meetOutcomes(client: PoolClient, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const { rows } = await client.query<{ id: string }>(
    `update telemetry.outcome o set matched_at = clock_timestamp(), series = p.series, generation = p.generation, positive = p.positive, score = p.score
     from telemetry.prediction p join telemetry.series s on s.id = p.series join endpoint e on e.id = s.endpoint_id join model m on m.id = e.model_id
     where o.id = any($1) and o.at = any($2::timestamptz[]) and o.matched_at is null and p.id = o.id and p.at = o.at and p.at = any($2::timestamptz[]) and (o.team is null or o.team = m.team_id)
     returning o.id`,
    [ids, datesOf(ids)],
  )
  await countLabels(
    client,
    rows.map((row) => row.id),
  )
}

/** Adds matched labels to the minute of their prediction, in the transaction that matched them: each counts once. */
async function countLabels(client: PoolClient, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await client.query(
    `insert into telemetry.label_1m as l (series, slot, labels, true_positive, false_positive, true_negative, false_negative, brier_sum, scored, positives, negatives)
     select series, slot, count(*), count(*) filter (where positive and truth), count(*) filter (where positive and not truth),
       count(*) filter (where not positive and not truth), count(*) filter (where not positive and truth),
       coalesce(sum(power(score - value, 2)), 0), count(score), telemetry.bins(array_agg(bin) filter (where truth and bin is not null)), telemetry.bins(array_agg(bin) filter (where not truth and bin is not null))
     from (select series, date_trunc('minute', at) as slot, positive, value, value >= 0.5 as truth, score,
             least(19, greatest(0, floor(score * 20)))::int as bin
           from telemetry.outcome where id = any($1) and at = any($2::timestamptz[])) o
     group by series, slot order by series, slot
     on conflict (series, slot) do update set labels = l.labels + excluded.labels, true_positive = l.true_positive + excluded.true_positive,
       false_positive = l.false_positive + excluded.false_positive, true_negative = l.true_negative + excluded.true_negative,
       false_negative = l.false_negative + excluded.false_negative, brier_sum = l.brier_sum + excluded.brier_sum, scored = l.scored + excluded.scored,
       positives = telemetry.add_counts(l.positives, excluded.positives), negatives = telemetry.add_counts(l.negatives, excluded.negatives)`,
    [ids, datesOf(ids)],
  )
}
