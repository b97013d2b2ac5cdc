import { healthOf } from '@/lib/clusters/health'
import { db } from '@/lib/db'
import { type ClusterPorts, call, openClusters } from './observer'

/** How often each cluster is asked whether it is there, also one that serves nothing. */
export const PROBE_EVERY_MS = 10_000

/** Asks every cluster side by side, each bounded, and stores what it said and when: what the pages show as its health. */
export async function probeClusters(ports: ClusterPorts): Promise<void> {
  const clusters = await db().cluster.findMany({ where: { removedAt: null }, select: { id: true } })
  const open = await openClusters(
    db(),
    ports,
    clusters.map((cluster) => cluster.id),
  )
  await Promise.all(
    [...open].map(async ([id, cluster]) => {
      const said = 'kind' in cluster ? cluster : await call(cluster, (driver, target, signal) => driver.probe(target, signal))
      await db().$executeRaw`
        update cluster set
          observation = coalesce(observation, '{}') || ${JSON.stringify(healthOf(said))}::jsonb
            || jsonb_build_object('at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
          seen_at = case when ${said.ok}::boolean then clock_timestamp() else seen_at end
        where id = ${id}::uuid`
    }),
  )
}
