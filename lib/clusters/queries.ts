import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { demand } from '@/lib/command'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { notFound } from '@/lib/errors'
import { Prisma } from '@/lib/generated/prisma/client'
import { ClusterId, type ClusterOffers, type ClusterRow, DRIVERS } from './schema'
import { type StoredCluster, toClusterRow } from './view'

/** Clusters with their health as last observed, by name. They belong to the installation: whoever reads anything may read them. */
export async function listClusters(actor: Actor): Promise<{ clusters: ClusterRow[]; may: { manage: boolean }; offers: ClusterOffers }> {
  demand(actor, 'team:read', {})
  const rows = await readClusters(Prisma.sql`true`)
  return { clusters: rows.map(toClusterRow), may: { manage: mayManage(actor) }, offers: await offers() }
}

/** Whether the actor may add, change and remove clusters. */
export function mayManage(actor: Actor): boolean {
  return may(actor.grants, 'cluster:manage', { teamId: null, environmentId: null })
}

/** Kubernetes tells every pod where its API server is; web and engine run beside each other. */
export async function offers(): Promise<ClusterOffers> {
  const installation = await db().installation.findUnique({ where: { id: 1 }, select: { example: true } })
  return { drivers: DRIVERS, inCluster: env().KUBERNETES_SERVICE_HOST !== undefined, endsExample: installation?.example ?? false }
}

/** One cluster by id. */
export async function getCluster(actor: Actor, id: string): Promise<ClusterRow> {
  demand(actor, 'team:read', {})
  const [row] = ClusterId.safeParse({ clusterId: id }).success ? await readClusters(Prisma.sql`c.id = ${id}::uuid`) : []
  if (!row) throw notFound('such cluster')
  return toClusterRow(row)
}

/** `seen_at` is the latest sign of life: a probe, an observation of an endpoint, or counts that it sent. */
async function readClusters(condition: Prisma.Sql): Promise<StoredCluster[]> {
  return db().$queryRaw<StoredCluster[]>`
    select c.id, c.name, c.driver, c.location, c.config, c.observation,
      greatest(c.seen_at,
        (select max(observed_at) from endpoint_cluster where cluster_id = c.id),
        (select max(seen_at) from telemetry.source where cluster_id = c.id)) as seen_at,
      coalesce((select json_agg(json_build_object('slug', e.slug, 'name', e.name, 'wave', ec.wave) order by e.slug)
        from environment_cluster ec join environment e on e.id = ec.environment_id where ec.cluster_id = c.id), '[]') as environments
    from cluster c where c.removed_at is null and ${condition} order by c.name`
}
