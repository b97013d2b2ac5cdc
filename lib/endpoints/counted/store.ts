import * as z from 'zod'
import { db, pool } from '@/lib/db'
import type { Acknowledged, CountedVersion, Span } from './compare'
import type { Counted } from './schema'

/** An endpoint on a cluster that has acknowledged its present wish. Times in ms. */
export interface ComparedPlace {
  endpointId: string
  clusterId: string
  /** Slugs. */
  environment: string
  model: string
  generation: number
  acknowledgedAt: number
  weights: Acknowledged[]
}

const Arms = z.array(z.object({ versionId: z.string(), weight: z.number() }))

/** Every place whose present wish is acknowledged, on the clusters that its environment has now, with the weights that were. */
export async function readPlaces(): Promise<ComparedPlace[]> {
  const rows = await db().$queryRaw<
    (Omit<ComparedPlace, 'acknowledgedAt' | 'weights'> & { acknowledgedAt: Date; arms: unknown; wished: unknown })[]
  >`
    select p.endpoint_id as "endpointId", p.cluster_id as "clusterId", v.slug as environment, m.slug as model, p.generation, p.acknowledged_at as "acknowledgedAt", p.acknowledged as arms,
      (select jsonb_object_agg(a ->> 'versionId', a -> 'number') from jsonb_array_elements(p.wish -> 'arms') a) as wished
    from endpoint_cluster p join endpoint e on e.id = p.endpoint_id join model m on m.id = e.model_id join environment v on v.id = e.environment_id
      join environment_cluster w on w.environment_id = e.environment_id and w.cluster_id = p.cluster_id
    where e.removed_at is null and p.wish is not null and p.acknowledged_at is not null and p.acknowledged_generation = p.generation`
  return rows.flatMap(({ acknowledgedAt, arms, wished, ...row }) => {
    const read = Arms.safeParse(arms)
    const numbers = z.record(z.string(), z.number()).safeParse(wished).data ?? {}
    if (!read.success) return []
    const weights = read.data.map(({ versionId, weight }) => ({ versionId, weight, number: numbers[versionId] ?? null }))
    return [{ ...row, acknowledgedAt: acknowledgedAt.getTime(), weights }]
  })
}

interface CountRow extends CountedVersion {
  asked: number
  pinned: number
}

/** What our windows hold of each place in its span, per version, in the order in which they were asked. Copies and fallbacks are apart. */
export async function readCounted(
  asked: readonly (ComparedPlace & { span: Span })[],
): Promise<{ rows: CountedVersion[]; pinned: number }[]> {
  const keys = asked.map(({ endpointId, clusterId, generation, span }, i) => ({
    ...{ asked: i, endpoint: endpointId, cluster: clusterId, generation },
    ...{ from: new Date(span.from), to: new Date(span.to) },
  }))
  // `offset 0`: the windows of each series by its own index, however many the planner takes these to be.
  const { rows } = await pool().query<CountRow>(
    `select k.asked, s.version_id as "versionId", v.number,
       coalesce(sum(w.n) filter (where s.role <> 'pinned'), 0)::float8 as n,
       coalesce(sum(w.n) filter (where s.role <> 'pinned' and w.generation < k.generation), 0)::float8 as older,
       coalesce(sum(w.n) filter (where s.role = 'pinned'), 0)::float8 as pinned,
       coalesce(bool_or(w.keyed) filter (where s.role <> 'pinned'), false) as keyed
     from jsonb_to_recordset($1::jsonb) as k(asked int, endpoint uuid, cluster uuid, generation int, "from" timestamptz, "to" timestamptz)
     join telemetry.series s on s.endpoint_id = k.endpoint and s.cluster_id = k.cluster and s.segment = 0 and s.role in ('live', 'candidate', 'pinned')
     cross join lateral (
       select n, generation, keys is not null as keyed from telemetry.window_5s where series = s.id and slot >= k.from and slot < k.to offset 0
     ) w
     left join model_version v on v.id = s.version_id
     group by 1, 2, 3`,
    [JSON.stringify(keys)],
  )
  return asked.map((_, i) => {
    const own = rows.filter((row) => row.asked === i)
    return {
      rows: own.map(({ versionId, number, n, older, keyed }) => ({ versionId, number, n, older, keyed })),
      pinned: own.reduce((sum, row) => sum + row.pinned, 0),
    }
  })
}

/** Keeps what was compared, unless the wish has changed meanwhile. */
export async function saveCounted(
  rows: readonly { endpointId: string; clusterId: string; counted: Counted }[],
  nowMs: number,
): Promise<void> {
  const stored = rows.map(({ endpointId, clusterId, counted }) => ({ endpoint: endpointId, cluster: clusterId, counted }))
  await db().$executeRaw`
    update endpoint_cluster p set counted = r.counted, counted_at = ${new Date(nowMs)}
    from jsonb_to_recordset(${JSON.stringify(stored)}::jsonb) as r(endpoint uuid, cluster uuid, counted jsonb)
    where p.endpoint_id = r.endpoint and p.cluster_id = r.cluster and p.generation = (r.counted ->> 'generation')::int`
}
