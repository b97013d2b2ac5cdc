import { z } from 'zod'
import type { Scope } from '@/lib/auth/permissions'
import type { Sql, Tx } from '@/lib/db'
import { notFound } from '@/lib/errors'
import type { EndpointParts, VersionParts } from './compose'
import { ReadOnly } from './takeover/schema'
import { ObservedEndpoint, Wish } from './wish'
import { wishHash } from './wish-hash'

/** An endpoint on one of its environment's clusters: the stored wish and what the cluster last said. Times in ms since epoch. */
export interface PlacedCluster {
  clusterId: string
  cluster: string
  wave: number
  generation: number
  wish: Wish | null
  wishedAt: number | null
  acknowledgedGeneration: number | null
  acknowledgedAt: number | null
  observation: ObservedEndpoint | null
  observedAt: number | null
}

/** An endpoint as its keeper reads it. */
export interface PlacedEndpoint {
  id: string
  modelId: string
  model: string
  teamId: string
  environmentId: string
  environment: string
  liveVersionId: string | null
  replicas: number
  labelRate: number
  fence: number
  generation: number
  revision: number
  /** When it was retired, ms; null: it is served. */
  removedAt: number | null
  keys: { id: string; hash: string; expiresAt: number | null }[]
  /** Why nothing is written for it; null: it is ours to write. */
  readOnly: ReadOnly | null
  /** In the order of waves, then by name. */
  clusters: PlacedCluster[]
}

/** One row of `findPlaced`; times in its JSON columns are ms since epoch. */
interface PlacedRow {
  id: string
  modelId: string
  model: string
  teamId: string
  environmentId: string
  environment: string
  liveVersionId: string | null
  replicas: number
  labelRate: number
  fence: bigint
  generation: number
  revision: number
  removedAt: Date | null
  readOnlySince: Date | null
  readOnly: unknown
  clusters: (Omit<PlacedCluster, 'wish' | 'observation'> & { wish: unknown; observation: unknown })[]
  keys: PlacedEndpoint['keys']
}

/**
 * The endpoint with its places, in one query, since every turn of an engine begins with it; null when there is none. Clusters added to the environment
 * since get a row of their own at the first write.
 */
export async function findPlaced(sql: Sql, endpointId: string): Promise<PlacedEndpoint | null> {
  const [row] = await sql.$queryRaw<PlacedRow[]>`
    select e.id, e.model_id as "modelId", m.slug as model, m.team_id as "teamId", e.environment_id as "environmentId", v.slug as environment,
      e.live_version_id as "liveVersionId", e.replicas, e.label_rate as "labelRate", e.fence, e.generation, e.revision, e.removed_at as "removedAt",
      e.read_only_since as "readOnlySince", e.read_only as "readOnly",
      (select coalesce(jsonb_agg(jsonb_build_object('clusterId', c.id, 'cluster', c.name, 'wave', w.wave, 'generation', coalesce(p.generation, 0),
          'wish', p.wish, 'wishedAt', extract(epoch from p.wished_at) * 1000, 'acknowledgedGeneration', p.acknowledged_generation,
          'acknowledgedAt', extract(epoch from p.acknowledged_at) * 1000, 'observation', p.observation, 'observedAt', extract(epoch from p.observed_at) * 1000)
          order by w.wave, c.name collate "C"), '[]')
        from environment_cluster w join cluster c on c.id = w.cluster_id left join endpoint_cluster p on p.cluster_id = c.id and p.endpoint_id = e.id
        where w.environment_id = e.environment_id) as clusters,
      (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'hash', k.hash, 'expiresAt', extract(epoch from k.expires_at) * 1000)), '[]')
        from endpoint_key k where k.endpoint_id = e.id) as keys
    from endpoint e join model m on m.id = e.model_id join environment v on v.id = e.environment_id
    where e.id = ${endpointId}::uuid`
  if (!row) return null
  const { removedAt, readOnlySince, readOnly, ...rest } = row
  const clusters = row.clusters.map(
    (place): PlacedCluster => ({
      ...place,
      wish: place.wish ? Wish.parse(place.wish) : null,
      observation: place.observation ? (ObservedEndpoint.safeParse(place.observation).data ?? null) : null,
    }),
  )
  return {
    ...rest,
    fence: Number(row.fence),
    removedAt: removedAt?.getTime() ?? null,
    readOnly: readOnlySince ? ReadOnly.parse(readOnly) : null,
    clusters,
  }
}

/** What all wishes of the endpoint share; `salt` is the live rollout's id, else the endpoint's. */
export function endpointParts(endpoint: PlacedEndpoint, salt: string): EndpointParts {
  const { id, environment, model, keys, labelRate } = endpoint
  return { endpointId: id, environment, model, keys, labelRate, salt }
}

const Bins = z.object({ name: z.string(), edges: z.array(z.number()) })

interface PartsRow {
  id: string
  number: number
  digest: string
  threshold: number | null
  baselineId: string | null
  features: unknown
  score: unknown
}

/** The parts that versions bring into a wish, by id. Versions that do not exist are missing from the answer. */
export async function findVersionParts(sql: Sql, versionIds: readonly string[]): Promise<Map<string, VersionParts>> {
  const rows = await sql.$queryRaw<PartsRow[]>`
    select v.id, v.number, v.digest, v.threshold, b.id as "baselineId", b.features, b.score
    from model_version v left join baseline b on b.version_id = v.id where v.id = any(${[...versionIds]}::uuid[])`
  return new Map(
    rows.map((row) => {
      const features = z.array(Bins).safeParse(row.features)
      const score = Bins.safeParse(row.score)
      const baseline =
        row.baselineId && features.success ? { id: row.baselineId, features: features.data, score: score.data ?? null } : null
      return [row.id, { versionId: row.id, number: row.number, digest: row.digest, threshold: row.threshold, baseline }]
    }),
  )
}

/** A wish to be stored for one cluster. */
export interface NewWish {
  clusterId: string
  wish: Wish
}

/** Which of the wishes ask for something else than what is stored; these need a new generation. */
export function changedWishes(endpoint: PlacedEndpoint, wishes: readonly NewWish[]): NewWish[] {
  const stored = new Map(endpoint.clusters.map((place) => [place.clusterId, place.wish]))
  return wishes.filter(({ clusterId, wish }) => {
    const before = stored.get(clusterId)
    return !before || wishHash(before) !== wishHash(wish)
  })
}

/** Stores wishes under one generation. The caller holds the endpoint's row by its compare-and-set. */
export async function saveWishes(
  sql: Sql,
  endpointId: string,
  generation: number,
  fence: number,
  wishes: readonly NewWish[],
  nowMs: number,
): Promise<void> {
  for (const { clusterId, wish } of wishes) {
    const body = JSON.stringify({ ...wish, generation, fence })
    await sql.$executeRaw`
      insert into endpoint_cluster (endpoint_id, cluster_id, generation, wish, wished_at)
      values (${endpointId}::uuid, ${clusterId}::uuid, ${generation}, ${body}::jsonb, ${new Date(nowMs)})
      on conflict (endpoint_id, cluster_id) do update set generation = excluded.generation, wish = excluded.wish, wished_at = excluded.wished_at`
  }
}

/** Where permissions over an endpoint must hold. Throws not-found. */
export async function endpointScope(tx: Tx, endpointId: string): Promise<Scope> {
  const row = await tx.endpoint.findUnique({
    where: { id: endpointId },
    select: { environmentId: true, model: { select: { teamId: true } } },
  })
  if (!row) throw notFound('such endpoint')
  return { teamId: row.model.teamId, environmentId: row.environmentId }
}

/** "model in environment", for the trail. */
export async function endpointName(tx: Tx, endpointId: string): Promise<string> {
  const row = await tx.endpoint.findUnique({
    where: { id: endpointId },
    select: { model: { select: { slug: true } }, environment: { select: { slug: true } } },
  })
  return row ? `${row.model.slug} in ${row.environment.slug}` : ''
}
