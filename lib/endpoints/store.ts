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

/** The endpoint with its places; null when there is none. Clusters added to the environment since get a row of their own at the first write. */
export async function findPlaced(tx: Tx, endpointId: string): Promise<PlacedEndpoint | null> {
  const row = await tx.endpoint.findUnique({
    where: { id: endpointId },
    include: {
      model: { select: { slug: true, teamId: true } },
      environment: { select: { slug: true, clusters: { select: { wave: true, cluster: { select: { id: true, name: true } } } } } },
      clusters: true,
      keys: { select: { id: true, hash: true, expiresAt: true } },
    },
  })
  if (!row) return null
  const places = new Map(row.clusters.map((place) => [place.clusterId, place]))
  const clusters = row.environment.clusters.map(({ wave, cluster }): PlacedCluster => {
    const place = places.get(cluster.id)
    return {
      clusterId: cluster.id,
      cluster: cluster.name,
      wave,
      generation: place?.generation ?? 0,
      wish: place?.wish ? Wish.parse(place.wish) : null,
      wishedAt: place?.wishedAt?.getTime() ?? null,
      acknowledgedGeneration: place?.acknowledgedGeneration ?? null,
      acknowledgedAt: place?.acknowledgedAt?.getTime() ?? null,
      observation: place?.observation ? (ObservedEndpoint.safeParse(place.observation).data ?? null) : null,
      observedAt: place?.observedAt?.getTime() ?? null,
    }
  })
  clusters.sort((a, b) => a.wave - b.wave || (a.cluster < b.cluster ? -1 : 1))
  return {
    id: row.id,
    modelId: row.modelId,
    model: row.model.slug,
    teamId: row.model.teamId,
    environmentId: row.environmentId,
    environment: row.environment.slug,
    liveVersionId: row.liveVersionId,
    replicas: row.replicas,
    labelRate: row.labelRate,
    fence: Number(row.fence),
    generation: row.generation,
    revision: row.revision,
    removedAt: row.removedAt?.getTime() ?? null,
    keys: row.keys.map((key) => ({ id: key.id, hash: key.hash, expiresAt: key.expiresAt?.getTime() ?? null })),
    readOnly: row.readOnlySince ? ReadOnly.parse(row.readOnly) : null,
    clusters,
  }
}

/** What all wishes of the endpoint share; `salt` is the live rollout's id, else the endpoint's. */
export function endpointParts(endpoint: PlacedEndpoint, salt: string): EndpointParts {
  const { id, environment, model, keys, labelRate } = endpoint
  return { endpointId: id, environment, model, keys, labelRate, salt }
}

const Bins = z.object({ name: z.string(), edges: z.array(z.number()) })

/** The parts that versions bring into a wish, by id. Versions that do not exist are missing from the answer. */
export async function findVersionParts(tx: Tx, versionIds: readonly string[]): Promise<Map<string, VersionParts>> {
  const rows = await tx.modelVersion.findMany({
    where: { id: { in: [...versionIds] } },
    select: { id: true, number: true, digest: true, threshold: true, baseline: { select: { id: true, features: true, score: true } } },
  })
  return new Map(
    rows.map((row) => {
      const features = z.array(Bins).safeParse(row.baseline?.features)
      const score = Bins.safeParse(row.baseline?.score)
      const baseline = row.baseline && features.success ? { id: row.baseline.id, features: features.data, score: score.data ?? null } : null
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
