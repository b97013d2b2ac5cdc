import { z } from 'zod'
import type { Scope } from '@/lib/auth/permissions'
import type { Sql, Tx } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { newId } from '@/lib/id'
import { readOr } from '@/lib/stored'
import type { EndpointParts, VersionParts } from './compose'
import { Counted } from './counted/schema'
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
  /** What was counted there against the weights; null: nothing yet, or it cannot be read. */
  counted: Counted | null
  countedAt: number | null
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

/** An endpoint of a list. `unreadable`: why something that is stored of it cannot be read; that is null then. */
export interface ListedEndpoint extends PlacedEndpoint {
  unreadable: string | null
}

/** One row of `readPlaced`; times in its JSON columns are ms since epoch. */
interface PlacedRow extends Omit<PlacedEndpoint, 'fence' | 'removedAt' | 'readOnly' | 'clusters'> {
  fence: bigint
  removedAt: Date | null
  readOnlySince: Date | null
  readOnly: unknown
  clusters: (Omit<PlacedCluster, 'wish' | 'observation' | 'counted'> & { wish: unknown; observation: unknown; counted: unknown })[]
}

/** The endpoint with its places; null when there is none. */
export async function findPlaced(sql: Sql, endpointId: string): Promise<PlacedEndpoint | null> {
  return (await findAllPlaced(sql, [endpointId])).get(endpointId) ?? null
}

/** The endpoint of a model in an environment; before its first launch, as it would be then, with an id of no row. null: there is no such model or environment. */
export async function findPlacedOf(sql: Sql, key: { modelId: string; environmentId: string }): Promise<PlacedEndpoint | null> {
  const { modelId, environmentId } = key
  const found = await sql.$queryRaw<
    { id: string }[]
  >`select id from endpoint where model_id = ${modelId}::uuid and environment_id = ${environmentId}::uuid`
  if (found.length > 0) return findPlaced(sql, found[0].id)
  const rows = await sql.$queryRaw<Pick<PlacedEndpoint, 'model' | 'teamId' | 'environment' | 'clusters'>[]>`
    select m.slug as model, m.team_id as "teamId", v.slug as environment,
      (select coalesce(jsonb_agg(jsonb_build_object('clusterId', c.id, 'cluster', c.name, 'wave', w.wave, 'generation', 0, 'wish', null, 'wishedAt', null,
          'acknowledgedGeneration', null, 'acknowledgedAt', null, 'observation', null, 'observedAt', null, 'counted', null, 'countedAt', null) order by w.wave, c.name collate "C"), '[]')
        from environment_cluster w join cluster c on c.id = w.cluster_id where w.environment_id = v.id) as clusters
    from model m, environment v where m.id = ${modelId}::uuid and v.id = ${environmentId}::uuid`
  const unborn = {
    liveVersionId: null,
    replicas: 1,
    labelRate: 1,
    fence: 0,
    generation: 0,
    revision: 0,
    removedAt: null,
    keys: [],
    readOnly: null,
  }
  return rows.length > 0 ? { id: newId(), modelId, environmentId, ...rows[0], ...unborn } : null
}

/** Endpoints with their places by id; what does not exist is missing. */
export async function findAllPlaced(sql: Sql, endpointIds: readonly string[]): Promise<Map<string, PlacedEndpoint>> {
  return new Map((await readPlaced(sql, endpointIds)).map((row) => [row.id, placedOf(row)]))
}

/** Endpoints with their places for a list, in the order of the ids: one of which something cannot be read says so, and the others stand. */
export async function listPlaced(sql: Sql, endpointIds: readonly string[]): Promise<ListedEndpoint[]> {
  const rows = new Map((await readPlaced(sql, endpointIds)).map((row) => [row.id, row]))
  return endpointIds.flatMap((id) => {
    const row = rows.get(id)
    return row ? [listedOf(row)] : []
  })
}

/**
 * In one query, since every turn of an engine begins with it. Clusters added to the environment since get a row of their own at the first write.
 */
function readPlaced(sql: Sql, endpointIds: readonly string[]): Promise<PlacedRow[]> {
  return sql.$queryRaw<PlacedRow[]>`
    select e.id, e.model_id as "modelId", m.slug as model, m.team_id as "teamId", e.environment_id as "environmentId", v.slug as environment,
      e.live_version_id as "liveVersionId", e.replicas, e.label_rate as "labelRate", e.fence, e.generation, e.revision, e.removed_at as "removedAt",
      e.read_only_since as "readOnlySince", e.read_only as "readOnly",
      (select coalesce(jsonb_agg(jsonb_build_object('clusterId', c.id, 'cluster', c.name, 'wave', w.wave, 'generation', coalesce(p.generation, 0),
          'wish', p.wish, 'wishedAt', extract(epoch from p.wished_at) * 1000, 'acknowledgedGeneration', p.acknowledged_generation,
          'acknowledgedAt', extract(epoch from p.acknowledged_at) * 1000, 'observation', p.observation, 'observedAt', extract(epoch from p.observed_at) * 1000,
          'counted', p.counted, 'countedAt', extract(epoch from p.counted_at) * 1000)
          order by w.wave, c.name collate "C"), '[]')
        from environment_cluster w join cluster c on c.id = w.cluster_id left join endpoint_cluster p on p.cluster_id = c.id and p.endpoint_id = e.id
        where w.environment_id = e.environment_id) as clusters,
      (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'hash', k.hash, 'expiresAt', extract(epoch from k.expires_at) * 1000)), '[]')
        from endpoint_key k where k.endpoint_id = e.id) as keys
    from endpoint e join model m on m.id = e.model_id join environment v on v.id = e.environment_id
    where e.id = any(${[...endpointIds]}::uuid[])`
}

/** Reads one stored document of an endpoint; null: it cannot be read, and the list goes on without. */
type Read = <T>(what: string, parse: () => T) => T | null

function listedOf(row: PlacedRow): ListedEndpoint {
  const reasons: string[] = []
  const keepWhy = (why: string) => {
    reasons.push(why)
    return null
  }
  const placed = placedOf(row, (what, parse) => readOr(what, parse, keepWhy))
  return { ...placed, unreadable: reasons[0] ?? null }
}

function placedOf(row: PlacedRow, read: Read = (_what, parse) => parse()): PlacedEndpoint {
  const { removedAt, readOnlySince, readOnly: reason, ...rest } = row
  const readOnly = readOnlySince ? read('reason why it is read-only', () => ReadOnly.parse(reason)) : null
  const clusters = row.clusters.map(
    (place): PlacedCluster => ({
      ...place,
      wish: place.wish ? read(`wish on ${place.cluster}`, () => Wish.parse(place.wish)) : null,
      observation: place.observation ? (ObservedEndpoint.safeParse(place.observation).data ?? null) : null,
      counted: place.counted ? (Counted.safeParse(place.counted).data ?? null) : null,
    }),
  )
  return {
    ...rest,
    fence: Number(row.fence),
    removedAt: removedAt?.getTime() ?? null,
    readOnly,
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
  location: string | null
  threshold: number | null
  baselineId: string | null
  features: unknown
  score: unknown
}

// What a version brings never changes, so one look is enough; bounded, because a process lives long.
const partsOf = new Map<string, VersionParts>()
const PARTS_MAX = 1_000

/** The parts that versions bring into a wish, by id. Versions that do not exist are missing from the answer. */
export async function findVersionParts(sql: Sql, versionIds: readonly string[]): Promise<Map<string, VersionParts>> {
  const unknown = versionIds.filter((id) => !partsOf.has(id))
  const read = unknown.length > 0 ? await readVersionParts(sql, unknown) : []
  const found = new Map([...versionIds.flatMap((id) => partsOf.get(id) ?? []), ...read].map((parts) => [parts.versionId, parts]))
  if (partsOf.size + read.length > PARTS_MAX) partsOf.clear()
  for (const parts of read) partsOf.set(parts.versionId, parts)
  return found
}

async function readVersionParts(sql: Sql, versionIds: readonly string[]): Promise<VersionParts[]> {
  const rows = await sql.$queryRaw<PartsRow[]>`
    select v.id, v.number, v.digest, v.location, v.threshold, b.id as "baselineId", b.features, b.score
    from model_version v left join baseline b on b.version_id = v.id where v.id = any(${[...versionIds]}::uuid[])`
  return rows.map((row) => {
    const features = z.array(Bins).safeParse(row.features)
    const score = Bins.safeParse(row.score)
    const baseline = row.baselineId && features.success ? { id: row.baselineId, features: features.data, score: score.data ?? null } : null
    const location = row.location === null ? {} : { location: row.location }
    return { versionId: row.id, number: row.number, digest: row.digest, ...location, threshold: row.threshold, baseline }
  })
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
