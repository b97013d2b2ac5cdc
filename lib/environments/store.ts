import type { Scope } from '@/lib/auth/permissions'
import type { Location } from '@/lib/clusters/schema'
import type { Tx } from '@/lib/db'
import { invalid, notFound, Problem } from '@/lib/errors'
import { DataClass } from '@/lib/models/schema'
import { LIVE_PHASES, Policy } from '@/lib/rollouts/schema'
import { kindMismatch } from './kind'
import { overtakeProposals } from './proposals/store'
import { Kind, type Waves } from './schema'

/** The environment of an address; one that was removed is not there. */
export async function environmentBySlug(tx: Tx, slug: string) {
  const environment = await tx.environment.findFirst({ where: { slug, removedAt: null } })
  if (!environment) throw notFound(`environment "${slug}"`)
  return { ...environment, kind: Kind.parse(environment.kind), dataClass: DataClass.parse(environment.dataClass) }
}

/** Environments belong to the installation: who manages one must be an admin of all teams. */
export async function environmentScope(tx: Tx, slug: string): Promise<Scope> {
  return { teamId: null, environmentId: (await environmentBySlug(tx, slug)).id }
}

/** Locks an environment's row, so that its clusters, policy and removal change one after another. */
export async function lockEnvironment(tx: Tx, id: string): Promise<void> {
  await tx.$queryRaw`select id from environment where id = ${id}::uuid for update`
}

/** The policy in effect and its version. */
export async function currentPolicy(tx: Tx, environmentId: string): Promise<{ version: number; policy: Policy }> {
  const { policyVersion } = await tx.environment.findUniqueOrThrow({ where: { id: environmentId }, select: { policyVersion: true } })
  const where = { environmentId_version: { environmentId, version: policyVersion } }
  const { document } = await tx.environmentPolicy.findUniqueOrThrow({ where })
  return { version: policyVersion, policy: Policy.parse(document) }
}

/** The clusters of an environment by name, in the order of their waves. */
export async function clusterNames(tx: Tx, environmentId: string): Promise<{ cluster: string }[]> {
  const rows = await tx.environmentCluster.findMany({
    where: { environmentId },
    select: { cluster: { select: { name: true } } },
    orderBy: [{ wave: 'asc' }, { cluster: { name: 'asc' } }],
  })
  return rows.map(({ cluster }) => ({ cluster: cluster.name }))
}

interface PolicyWrite {
  environmentId: string
  version: number
  policy: Policy
  authorName: string
  now: Date
}

/** Writes a version of the policy and lets it take effect; proposals that were written against the one before end. The caller holds the environment's lock. */
export async function takePolicy(tx: Tx, { environmentId, version, policy, authorName, now }: PolicyWrite): Promise<void> {
  const document = JSON.parse(JSON.stringify(policy))
  await tx.environmentPolicy.create({ data: { environmentId, version, document, authorName, createdAt: now } })
  await tx.environment.update({ where: { id: environmentId }, data: { policyVersion: version } })
  await overtakeProposals(tx, environmentId, now)
}

/** The clusters of a form with their ids, waves numbered 1, 2, 3 without gaps. Refuses unknown ones and places that do not fit the kind. */
export async function placedClusters(tx: Tx, kind: Kind, waves: Waves): Promise<{ clusterId: string; wave: number }[]> {
  const names = waves.map((item) => item.cluster)
  const found = await tx.cluster.findMany({
    where: { name: { in: names }, removedAt: null },
    select: { id: true, name: true, location: true },
  })
  const known = new Set(found.map((cluster) => cluster.name))
  const missing = names.findIndex((name) => !known.has(name))
  if (missing >= 0) throw invalid(`clusters.${missing}.cluster`, `There is no cluster "${names[missing]}". Add it first.`)
  const mismatch = kindMismatch(
    kind,
    found.map((cluster) => ({ name: cluster.name, location: cluster.location as Location })),
  )
  if (mismatch) throw invalid('clusters', mismatch)
  const ranks = [...new Set(waves.map((item) => item.wave))].sort((a, b) => a - b)
  return found.map((cluster) => {
    const wave = waves.find((item) => item.cluster === cluster.name)?.wave ?? 1
    return { clusterId: cluster.id, wave: ranks.indexOf(wave) + 1 }
  })
}

/** Refuses while a rollout moves traffic, or waits for a yes, in one of the environments. `what`: what would be done, as a noun. */
export async function refuseLiveRollouts(tx: Tx, environmentIds: readonly string[], what: string): Promise<void> {
  const rollout = await tx.rollout.findFirst({
    where: { phase: { in: [...LIVE_PHASES, 'awaiting-approval'] }, endpoint: { environmentId: { in: [...environmentIds] } } },
    select: { phase: true, endpoint: { select: { model: { select: { slug: true } }, environment: { select: { slug: true } } } } },
  })
  if (!rollout) return
  const { model, environment } = rollout.endpoint
  throw new Problem(
    'conflict',
    `${what} is refused while a rollout of ${model.slug} in ${environment.slug} is ${rollout.phase}. Wait for its end, or return or cancel it first.`,
  )
}

/** Endpoints that are served in some environments, or are retired and not gone from every cluster yet, as words; null when there are none. */
export async function servedEndpoints(tx: Tx, environmentIds: readonly string[]): Promise<string | null> {
  const endpoints = await tx.$queryRaw<{ model: string; environment: string; retired: boolean }[]>`
    select m.slug as model, e.slug as environment, p.removed_at is not null as retired
    from endpoint p join model m on m.id = p.model_id join environment e on e.id = p.environment_id
    where p.environment_id = any(${[...environmentIds]}::uuid[]) and (p.removed_at is null or exists (
      select from endpoint_cluster c where c.endpoint_id = p.id and c.wish is not null and c.acknowledged_generation is distinct from c.generation))
    order by p.id limit 6`
  if (endpoints.length === 0) return null
  const names = endpoints
    .slice(0, 5)
    .map((each) => `${each.model} in ${each.environment}${each.retired ? ' (retired, not gone from every cluster yet)' : ''}`)
  return `${names.join(', ')}${endpoints.length > 5 ? ' and others' : ''}`
}
