import type { PoolClient } from 'pg'
import { pool } from '@/lib/db'
import { timeOfId } from '@/lib/id'
import { withPartitions } from './partitions'

/** A label that comes before its prediction waits this long. */
const WAIT_MS = 3_600_000
/** Score bins of each class, for AUC. */
export const LABEL_BINS = 20

/** What came true of a request: its label, or, with a `metric`, a number of the writer's own. */
export interface Told {
  requestId: string
  value: number
  metric?: string
}
type Named = Required<Told>

/** What became of each outcome. `unknown`: no prediction under that id, and too old to wait for one. `refused`: a label outside 0..1 of a model that is no regression. */
interface OutcomeAnswer {
  matched: number
  waiting: number
  duplicate: number
  unknown: string[]
  refused: string[]
}

/** A label beyond 0..1 means something only to a regression; a business metric may be any number. `o` outcome, `m` model. */
const FITS = "(o.metric <> '' or m.task = 'regression' or o.value between 0 and 1)"

/**
 * Stores true outcomes, each once, and meets them with their predictions. `teams`: the teams whose predictions the writer may label (null: all); another team's
 * prediction answers as unknown.
 */
export async function ingestOutcomes(told: readonly Told[], teams: string[] | null): Promise<OutcomeAnswer> {
  const named = told.map((one): Named => ({ metric: '', ...one }))
  const rows = [...new Map(named.map((one) => [keyOf(one.requestId, one.metric), one])).values()]
  const now = await databaseNowMs()
  // Times outside what can be here are unknown at once: they must not make partitions.
  const plausible = rows.filter(({ requestId }) => timeOfId(requestId) <= now + 2_000 && timeOfId(requestId) > now - 60 * 86_400_000)
  const unknown = rows.filter((row) => !plausible.includes(row)).map((row) => row.requestId)
  if (plausible.length === 0) return { matched: 0, waiting: 0, duplicate: 0, unknown, refused: [] }
  const times = plausible.map(({ requestId }) => timeOfId(requestId))
  return withPartitions(pool(), [Math.min(...times), Math.max(...times)], async (client) => {
    const stored = await storeOutcomes(client, plausible, teams)
    const matched = stored.filter((row) => row.fate === 'matched')
    await countLabels(
      client,
      matched.filter((row) => row.metric === '').map((row) => row.id),
    )
    const refused = stored.filter((row) => row.fate === 'refused').map((row) => row.id)
    const seen = new Set(stored.map((row) => keyOf(row.id, row.metric)))
    const missing = plausible.filter((row) => !seen.has(keyOf(row.requestId, row.metric)))
    const duplicates = await storedOf(client, missing)
    return {
      matched: matched.length,
      waiting: stored.length - matched.length - refused.length,
      duplicate: duplicates.size,
      unknown: [...unknown, ...missing.filter((row) => !duplicates.has(keyOf(row.requestId, row.metric))).map((row) => row.requestId)],
      refused,
    }
  })
}

function keyOf(id: string, metric: string): string {
  return `${id.toLowerCase()}/${metric}`
}

interface Stored {
  id: string
  metric: string
  fate: 'matched' | 'waiting' | 'refused'
}

async function storeOutcomes(client: PoolClient, told: readonly Named[], teams: string[] | null): Promise<Stored[]> {
  const ids = told.map((row) => row.requestId)
  // As wide as the column: what is too small for it is 0, not an error.
  const values = told.map((row) => Math.fround(row.value))
  const { rows } = await client.query<Stored>(
    `with o as (select r.id, to_timestamp(r.at / 1000.0) as at, r.metric, r.value from unnest($1::uuid[], $2::float8[], $3::text[], $4::real[]) as r(id, at, metric, value)),
     known as (
       select o.id, o.at, o.metric, o.value, p.series, p.generation, p.positive, p.score, p.segment, ${FITS} as fits
       from o join telemetry.prediction p on p.id = o.id and p.at = o.at and p.at = any($7::timestamptz[])
       join telemetry.series s on s.id = p.series join endpoint e on e.id = s.endpoint_id join model m on m.id = e.model_id
       where $5::uuid[] is null or m.team_id = any($5)),
     waiting as (
       select o.* from o where o.at > clock_timestamp() - make_interval(secs => $6) and not exists (select from telemetry.prediction p where p.id = o.id and p.at = o.at and p.at = any($7::timestamptz[]))),
     stored as (
       insert into telemetry.outcome (id, at, metric, value, received_at, matched_at, series, generation, positive, score, segment, team)
       select id, at, metric, value, clock_timestamp(), clock_timestamp(), series, generation, positive, score, segment, null from known where fits
       union all select id, at, metric, value, clock_timestamp(), null, null, null, null, null, 0, case when cardinality($5::uuid[]) = 1 then ($5::uuid[])[1] end from waiting
       on conflict do nothing returning id, metric, case when matched_at is null then 'waiting' else 'matched' end as fate)
     select id, metric, fate from stored union all select id, metric, 'refused' from known where not fits`,
    [ids, ids.map(timeOfId), told.map((row) => row.metric), values, teams, WAIT_MS / 1000, datesOf(ids)],
  )
  return rows
}

/** Which of the outcomes are stored, as `keyOf`. */
async function storedOf(client: PoolClient, told: readonly Named[]): Promise<Set<string>> {
  if (told.length === 0) return new Set()
  const ids = told.map((row) => row.requestId)
  const { rows } = await client.query<{ id: string; metric: string }>(
    'select id, metric from telemetry.outcome where id = any($1) and at = any($2::timestamptz[])',
    [ids, datesOf(ids)],
  )
  const asked = new Set(told.map((row) => keyOf(row.requestId, row.metric)))
  return new Set(rows.map((row) => keyOf(row.id, row.metric)).filter((key) => asked.has(key)))
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
  const { rows } = await client.query<{ id: string; metric: string }>(
    `update telemetry.outcome o set matched_at = clock_timestamp(), series = p.series, generation = p.generation, positive = p.positive, score = p.score, segment = p.segment
     from telemetry.prediction p join telemetry.series s on s.id = p.series join endpoint e on e.id = s.endpoint_id join model m on m.id = e.model_id
     where o.id = any($1) and o.at = any($2::timestamptz[]) and o.matched_at is null and p.id = o.id and p.at = o.at and p.at = any($2::timestamptz[]) and (o.team is null or o.team = m.team_id) and ${FITS}
     returning o.id, o.metric`,
    [ids, datesOf(ids)],
  )
  await countLabels(
    client,
    rows.filter((row) => row.metric === '').map((row) => row.id),
  )
}

/** Adds matched labels to the minute of their prediction, in the transaction that matched them: each counts once. */
async function countLabels(client: PoolClient, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await client.query(
    `insert into telemetry.label_1m as l (series, slot, labels, true_positive, false_positive, true_negative, false_negative, brier_sum, scored, positives, negatives)
     select series, slot, count(*), count(*) filter (where classes and positive and truth), count(*) filter (where classes and positive and not truth),
       count(*) filter (where classes and not positive and not truth), count(*) filter (where classes and not positive and truth),
       coalesce(sum(power(score - value, 2)), 0), count(score), telemetry.bins(array_agg(bin) filter (where classes and truth and bin is not null)), telemetry.bins(array_agg(bin) filter (where classes and not truth and bin is not null))
     from (select o.series, date_trunc('minute', o.at) as slot, o.positive, o.value, o.value >= 0.5 as truth, o.score, m.task <> 'regression' as classes,
             least(19, greatest(0, floor(o.score * 20)))::int as bin
           from telemetry.outcome o join telemetry.series s on s.id = o.series join endpoint e on e.id = s.endpoint_id join model m on m.id = e.model_id
           where o.id = any($1) and o.at = any($2::timestamptz[]) and o.metric = '') o
     group by series, slot order by series, slot
     on conflict (series, slot) do update set labels = l.labels + excluded.labels, true_positive = l.true_positive + excluded.true_positive,
       false_positive = l.false_positive + excluded.false_positive, true_negative = l.true_negative + excluded.true_negative,
       false_negative = l.false_negative + excluded.false_negative, brier_sum = l.brier_sum + excluded.brier_sum, scored = l.scored + excluded.scored,
       positives = telemetry.add_counts(l.positives, excluded.positives), negatives = telemetry.add_counts(l.negatives, excluded.negatives)`,
    [ids, datesOf(ids)],
  )
}
