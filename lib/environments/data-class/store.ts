import type { Sql, Tx } from '@/lib/db'
import { invalid } from '@/lib/errors'
import { Prisma } from '@/lib/generated/prisma/client'
import { DATA_CLASSES } from '@/lib/models/words'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { misplaced, type Placing } from './rule'

/** Where a version of a model is to be served: by a plan now, by its environment's clusters from then on. */
export interface Place {
  modelId: string
  environmentId: string
  clusterIds: readonly string[]
}

/**
 * Why a model's data may not be served there, in words; null: it may. `hold`: neither the model's class nor the environment's may change until the end of the
 * transaction, so that what starts was allowed when it started.
 */
export async function findMisplacing(tx: Sql, { modelId, environmentId, clusterIds }: Place, hold = false): Promise<string | null> {
  const [placing] = await tx.$queryRaw<Placing[]>`
    select m.slug as model, m.data_class as "dataClass", e.slug as environment, e.data_class as serves,
      array(select c.name from cluster c where c.location = 'cloud' and (c.id = any(${[...clusterIds]}::uuid[])
        or exists (select from environment_cluster ec where ec.environment_id = e.id and ec.cluster_id = c.id)) order by c.name) as "inCloud"
    from model m, environment e where m.id = ${modelId}::uuid and e.id = ${environmentId}::uuid
    ${hold ? Prisma.sql`for share of m, e` : Prisma.empty}`
  const found = placing ? misplaced(placing) : null
  return found && `${found.wrong} ${found.right}`
}

/** An endpoint that serves data which its environment may not. */
export interface MisplacedRow extends Placing {
  endpointId: string
  environmentId: string
  teamId: string
}

/** The endpoints that serve, or are getting, a version whose data may not be there: a class was raised, or lowered, since. By model and environment. */
export async function findMisplaced(sql: Sql, condition: Prisma.Sql): Promise<MisplacedRow[]> {
  const classes = [...DATA_CLASSES]
  return sql.$queryRaw<MisplacedRow[]>`
    select * from (
      select p.id as "endpointId", e.id as "environmentId", m.team_id as "teamId", m.slug as model, m.data_class as "dataClass", e.slug as environment,
        e.data_class as serves, array(select c.name from environment_cluster ec join cluster c on c.id = ec.cluster_id
          where ec.environment_id = e.id and c.location = 'cloud' order by c.name) as "inCloud"
      from endpoint p join model m on m.id = p.model_id join environment e on e.id = p.environment_id
      where p.removed_at is null and ${condition} and (p.live_version_id is not null or exists (
        select from rollout r where r.endpoint_id = p.id and r.phase = any(${[...LIVE_PHASES]}::text[])))) served
    where ("dataClass" = 'restricted' and cardinality("inCloud") > 0)
      or array_position(${classes}::text[], "dataClass") > array_position(${classes}::text[], serves)
    order by model, environment limit 200`
}

/** Refuses clusters in a cloud that come to an environment where restricted data is served. `added`: ids. */
export async function refuseCloud(tx: Tx, environmentId: string, added: readonly string[]): Promise<void> {
  const clusters = await tx.cluster.findMany({
    where: { id: { in: [...added] }, location: 'cloud' },
    select: { name: true },
    orderBy: { name: 'asc' },
  })
  if (clusters.length === 0) return
  const endpoints = await tx.endpoint.findMany({
    where: { environmentId, removedAt: null, model: { dataClass: 'restricted' } },
    select: { model: { select: { slug: true } } },
    orderBy: { model: { slug: 'asc' } },
  })
  if (endpoints.length === 0) return
  const [names, models] = [clusters.map((each) => each.name).join(', '), endpoints.map((each) => each.model.slug).join(', ')]
  throw invalid(
    'clusters',
    `${names} would come to serve ${models}, whose restricted data stays on-prem: leave clusters in a cloud out, or retire ${endpoints.length === 1 ? 'that endpoint' : 'those endpoints'} here first.`,
  )
}
