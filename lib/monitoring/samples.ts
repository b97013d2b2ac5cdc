import { pool } from '@/lib/db'
import { Profiles } from './drift'
import type { SeriesRole } from './flush'
import type { SampleFilter, SampleRow, Span } from './schema'

/** Rows a page of samples holds. */
export const SAMPLES_PAGE = 25

interface Row extends Omit<SampleRow, 'at' | 'features' | 'role'> {
  at: Date
  role: SeriesRole
  features: number[] | null
  profiles: unknown
}

/** Requests kept to look at, newest first, one more than a page: the cursor is the time and id of the last one shown. Bounded by the span, so that few partitions are opened. */
export async function samplesOf(
  endpointId: string,
  span: Span,
  kind: SampleFilter['kind'],
  after: { at: Date; id: string } | null,
): Promise<SampleRow[]> {
  const { rows } = await pool().query<Row>(
    `select p.id, p.at, v.number, s.role, p.status, p.latency_ms as "latencyMs", p.score, p.error, p.features, b.features as profiles
     from telemetry.series s join telemetry.prediction_sample p on p.series = s.id
       join model_version v on v.id = s.version_id left join baseline b on b.version_id = v.id
     where s.endpoint_id = $1 and p.at >= $2 and p.at < $3 and ($4 = 'all' or p.status >= 400 or p.error is not null)
       and ($5::timestamptz is null or (p.at, p.id) < ($5, $6::uuid))
     order by p.at desc, p.id desc limit $7`,
    [endpointId, span.from, span.to, kind, after?.at ?? null, after?.id ?? null, SAMPLES_PAGE + 1],
  )
  return rows.map(({ profiles, features, at, ...row }) => {
    const names = Profiles.safeParse(profiles).data ?? []
    return {
      ...row,
      at: at.toISOString(),
      features: (features ?? []).map((value, i) => ({ name: names[i]?.name ?? `feature ${i + 1}`, value })),
    }
  })
}
