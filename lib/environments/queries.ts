import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { Location } from '@/lib/clusters/schema'
import { type StoredCluster, toClusterRow } from '@/lib/clusters/view'
import { demand } from '@/lib/command'
import { containing } from '@/lib/containing'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { DataClass } from '@/lib/models/schema'
import { Policy } from '@/lib/rollouts/schema'
import { readOr } from '@/lib/stored'
import { type EnvironmentDetail, type EnvironmentRow, Kind, type PolicyVersion } from './schema'

const HISTORY_MAX = 100

/** The environments that the actor may read, by name, each with its clusters in waves. `q` searches name and address. */
export async function listEnvironments(
  actor: Actor,
  filter: { q?: string; kind?: string } = {},
): Promise<{ environments: EnvironmentRow[]; may: { manage: boolean } }> {
  demand(actor, 'team:read', {})
  const search = filter.q ? containing(filter.q) : undefined
  const rows = await db().environment.findMany({
    where: {
      removedAt: null,
      ...(filter.kind ? { kind: filter.kind } : {}),
      ...(search ? { OR: [{ name: search }, { slug: search }] } : {}),
    },
    include: {
      clusters: { select: { wave: true, cluster: { select: { name: true, location: true } } }, orderBy: { wave: 'asc' } },
      policies: { select: { version: true, document: true }, orderBy: { version: 'desc' }, take: 1 },
      endpoints: { where: { removedAt: null, ...ofTeams(actor) }, select: { id: true } },
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: 500,
  })
  const environments = rows
    .filter((row) => may(actor.grants, 'team:read', { environmentId: row.id }))
    .map((row) => ({
      ...{ id: row.id, slug: row.slug, name: row.name, kind: Kind.parse(row.kind), policyVersion: row.policyVersion },
      dataClass: DataClass.parse(row.dataClass),
      clusters: row.clusters.map(({ wave, cluster }) => ({ name: cluster.name, location: Location.parse(cluster.location), wave })),
      ...approvalsOf(row.policies[0]?.document),
      endpoints: row.endpoints.length,
      createdAt: row.createdAt.toISOString(),
    }))
  return { environments, may: { manage: may(actor.grants, 'environment:manage', { teamId: null, environmentId: null }) } }
}

function approvalsOf(document: unknown): Pick<EnvironmentRow, 'approvals' | 'unreadable'> {
  return readOr(
    'policy',
    () => ({ approvals: Policy.parse(document).approvals, unreadable: null }),
    (unreadable) => ({ approvals: null, unreadable }),
  )
}

/** Names and addresses of the environments that the actor may read, for choosing one. */
export async function environmentChoices(actor: Actor): Promise<{ slug: string; name: string }[]> {
  const rows = await db().environment.findMany({
    where: { removedAt: null },
    select: { id: true, slug: true, name: true },
    orderBy: { slug: 'asc' },
    take: 500,
  })
  return rows.filter((row) => may(actor.grants, 'team:read', { environmentId: row.id })).map(({ slug, name }) => ({ slug, name }))
}

function ofTeams(actor: Actor) {
  const teams = readableTeams(actor.grants)
  return teams ? { model: { teamId: { in: teams } } } : {}
}

/** One environment: clusters with health, policy with its history, endpoints that the actor may read. */
export async function getEnvironment(actor: Actor, slug: string): Promise<EnvironmentDetail> {
  const row = await db().environment.findFirst({
    where: { slug, removedAt: null },
    include: {
      policies: { orderBy: { version: 'desc' }, take: HISTORY_MAX },
      endpoints: {
        where: { removedAt: null, ...ofTeams(actor) },
        select: { id: true, liveVersionId: true, model: { select: { slug: true, name: true } } },
        orderBy: { createdAt: 'asc' },
      },
    },
  })
  if (!row || !may(actor.grants, 'team:read', { environmentId: row.id })) throw notFound(`environment "${slug}"`)
  demand(actor, 'team:read', { environmentId: row.id })
  const history = row.policies.flatMap(toPolicyVersion)
  const policy = history.find((version) => version.version === row.policyVersion)
  if (!policy) throw new Error(`environment ${row.id} has no policy of version ${row.policyVersion}`)
  const live = await liveNumbers(row.endpoints.flatMap((endpoint) => endpoint.liveVersionId ?? []))
  return {
    ...{ id: row.id, slug: row.slug, name: row.name, kind: Kind.parse(row.kind), createdAt: row.createdAt.toISOString(), policy, history },
    dataClass: DataClass.parse(row.dataClass),
    clusters: await clustersOf(row.id),
    endpoints: row.endpoints.map(({ id, model, liveVersionId }) => ({ id, model, live: live.get(liveVersionId ?? '') ?? null })),
    may: { manage: may(actor.grants, 'environment:manage', { teamId: null, environmentId: row.id }) },
  }
}

function toPolicyVersion(row: { version: number; document: unknown; authorName: string; createdAt: Date }): PolicyVersion[] {
  const policy = Policy.safeParse(row.document)
  return policy.success ? [{ version: row.version, policy: policy.data, author: row.authorName, at: row.createdAt.toISOString() }] : []
}

async function liveNumbers(ids: string[]): Promise<Map<string, number>> {
  const versions = await db().modelVersion.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } })
  return new Map(versions.map((version) => [version.id, version.number]))
}

async function clustersOf(environmentId: string): Promise<EnvironmentDetail['clusters']> {
  const rows = await db().$queryRaw<(StoredCluster & { wave: number })[]>`
    select c.id, c.name, c.driver, c.location, c.config, c.observation, ec.wave,
      greatest(c.seen_at,
        (select max(observed_at) from endpoint_cluster where cluster_id = c.id),
        (select max(seen_at) from telemetry.source where cluster_id = c.id)) as seen_at,
      '[]'::json as environments
    from environment_cluster ec join cluster c on c.id = ec.cluster_id
    where ec.environment_id = ${environmentId}::uuid order by ec.wave, c.name`
  return rows.map((row) => ({ ...toClusterRow(row), wave: row.wave }))
}
