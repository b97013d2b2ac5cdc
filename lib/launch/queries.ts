import type { Actor } from '@/lib/auth/actor'
import { readableTeams } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { LIVE_PHASES, Policy } from '@/lib/rollouts/schema'
import { readOr } from '@/lib/stored'
import { type LaunchChoices, VERSIONS_SHOWN } from './schema'

/** Models with their newest versions, environments with their policies, and what is live where; of the teams the actor may read. */
export async function launchChoices(actor: Actor): Promise<LaunchChoices> {
  const teams = readableTeams(actor.grants)
  const team = teams === null ? {} : { teamId: { in: teams } }
  const [models, environments, endpoints] = await Promise.all([
    db().model.findMany({
      where: team,
      orderBy: { slug: 'asc' },
      select: {
        slug: true,
        name: true,
        dataClass: true,
        versions: { orderBy: { number: 'desc' }, take: VERSIONS_SHOWN, select: { id: true, number: true, note: true, status: true } },
      },
    }),
    db().environment.findMany({
      where: { removedAt: null },
      orderBy: { slug: 'asc' },
      include: { policies: true, clusters: { orderBy: { wave: 'asc' }, include: { cluster: { select: { name: true } } } } },
    }),
    db().endpoint.findMany({
      where: { removedAt: null, model: team },
      select: {
        liveVersionId: true,
        model: { select: { slug: true } },
        environment: { select: { slug: true } },
        rollouts: { where: { phase: { in: [...LIVE_PHASES] } }, select: { id: true }, take: 1 },
      },
    }),
  ])
  const live = endpoints.flatMap((endpoint) => endpoint.liveVersionId ?? [])
  const numbers = await db().modelVersion.findMany({ where: { id: { in: live } }, select: { id: true, number: true } })
  const numberOf = new Map(numbers.map((version) => [version.id, version.number]))
  return {
    models: models.map(({ slug, name, dataClass, versions }) => ({
      slug,
      name,
      dataClass,
      versions: versions.map(({ number, note, status }) => ({ number, note, status })),
    })),
    ...readable(environments),
    endpoints: endpoints.map((endpoint) => ({
      model: endpoint.model.slug,
      environment: endpoint.environment.slug,
      live: endpoint.liveVersionId ? (numberOf.get(endpoint.liveVersionId) ?? null) : null,
      underWay: endpoint.rollouts[0]?.id ?? null,
    })),
  }
}

interface StoredEnvironment {
  slug: string
  name: string
  kind: string
  dataClass: string
  policyVersion: number
  policies: { version: number; document: unknown }[]
  clusters: { cluster: { name: string } }[]
}

function readable(rows: readonly StoredEnvironment[]): Pick<LaunchChoices, 'environments' | 'unreadable'> {
  const unreadable: LaunchChoices['unreadable'] = []
  const environments = rows.flatMap(({ slug, name, kind, dataClass, policyVersion, policies, clusters }) =>
    readOr(
      'policy',
      () => {
        const policy = Policy.parse(policies.find((each) => each.version === policyVersion)?.document)
        return [{ slug, name, kind, dataClass, policyVersion, clusters: clusters.map(({ cluster }) => cluster.name), policy }]
      },
      (why) => {
        unreadable.push({ environment: slug, why })
        return []
      },
    ),
  )
  return { environments, unreadable }
}
