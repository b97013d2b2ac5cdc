import { pool } from '@/lib/db'
import type { ClusterReach, SourceState } from './schema'

/** A source flushes every 2 s: this long without one is silence. */
const SILENT_MS = 15_000
/** The engine looks at a quiet endpoint every 30 s: this long without a look that succeeded is out of reach. */
const UNREACHED_MS = 75_000
/** Sources that ended or fell silent longer ago are history, not state. */
const RECENT = '1 hour'

interface Row {
  cluster: string
  observedAt: Date | null
  now: Date
  id: number | null
  watermark: Date
  final: boolean
  offsetMs: number
  seenAt: Date
  refusedAt: Date | null
}

/** The clusters of an endpoint with what counts there: whether the engine reaches them, and each counter's state. The newest source of a cluster is always there. */
export async function reachOf(endpointId: string): Promise<ClusterReach[]> {
  const { rows } = await pool().query<Row>(
    `select c.name as cluster, ec.observed_at as "observedAt", clock_timestamp() as now, s.id, s.watermark, s.final, s.offset_ms as "offsetMs", s.seen_at as "seenAt",
       s.refused_at as "refusedAt"
     from endpoint_cluster ec join cluster c on c.id = ec.cluster_id
       left join lateral (
         select * from (select *, row_number() over (order by greatest(seen_at, refused_at) desc) as place from telemetry.endpoint_source
           where endpoint_id = ec.endpoint_id and cluster_id = c.id) numbered
         where place = 1 or greatest(seen_at, refused_at) > clock_timestamp() - interval '${RECENT}' order by place limit 5) s on true
     where ec.endpoint_id = $1 order by c.name, s.place`,
    [endpointId],
  )
  const clusters = new Map<string, ClusterReach>()
  for (const row of rows) {
    const reach = clusters.get(row.cluster) ?? {
      cluster: row.cluster,
      reachable: row.observedAt === null ? null : row.now.getTime() - row.observedAt.getTime() < UNREACHED_MS,
      observedAt: row.observedAt?.toISOString() ?? null,
      sources: [],
    }
    clusters.set(row.cluster, reach)
    if (row.id !== null) reach.sources.push(sourceState(row.id, row))
  }
  return [...clusters.values()]
}

function sourceState(id: number, { cluster, watermark, final, offsetMs, seenAt, refusedAt, now }: Row): SourceState {
  const refused = refusedAt !== null && refusedAt > seenAt
  const silent = now.getTime() - Math.max(seenAt.getTime(), refusedAt?.getTime() ?? 0) > SILENT_MS
  const state = final ? 'ended' : silent ? 'silent' : refused ? 'clock-off' : 'counting'
  // A source whose every flush was refused has a watermark at the beginning of time.
  return { id, cluster, state, reportedTo: watermark.getTime() > 0 ? watermark.toISOString() : null, offsetMs: refused ? offsetMs : 0 }
}
