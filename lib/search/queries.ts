import type { Actor } from '@/lib/auth/actor'
import { readableTeams } from '@/lib/auth/permissions'
import { containing } from '@/lib/containing'
import { db } from '@/lib/db'
import type { Found } from './schema'

const EACH = 6

/** Models, environments, endpoints and rollouts whose name holds the text, of the teams the actor may read; newest rollouts first. At most six of each. */
export async function findAnything(actor: Actor, text: string): Promise<Found[]> {
  const words = text.trim().slice(0, 100)
  const teams = readableTeams(actor.grants)
  const team = teams === null ? {} : { teamId: { in: teams } }
  const name = containing(words)
  const place = { OR: [{ model: { slug: name } }, { environment: { slug: name } }] }
  const endpoint = { removedAt: null, model: team, ...place }
  const [models, environments, endpoints, rollouts] = await Promise.all([
    db().model.findMany({ where: { ...team, OR: [{ slug: name }, { name }] }, orderBy: { slug: 'asc' }, take: EACH }),
    db().environment.findMany({ where: { removedAt: null, OR: [{ slug: name }, { name }] }, orderBy: { slug: 'asc' }, take: EACH }),
    db().endpoint.findMany({ where: endpoint, include: { model: true, environment: true }, take: EACH }),
    db().rollout.findMany({
      where: { endpoint },
      include: { endpoint: { include: { model: true, environment: true } } },
      orderBy: { createdAt: 'desc' },
      take: EACH,
    }),
  ])
  return [
    ...models.map((m): Found => ({ kind: 'model', id: m.id, label: m.slug, note: m.name, href: `/models/${m.slug}` })),
    ...environments.map((e): Found => ({ kind: 'environment', id: e.id, label: e.slug, note: e.kind, href: `/environments/${e.slug}` })),
    ...endpoints.map(
      (e): Found => ({
        kind: 'endpoint',
        id: e.id,
        label: `${e.model.slug} in ${e.environment.slug}`,
        note: 'endpoint',
        href: `/endpoints/${e.id}`,
      }),
    ),
    ...rollouts.map((r): Found => {
      const { model, environment } = r.endpoint
      return {
        kind: 'rollout',
        id: r.id,
        label: `${model.slug} in ${environment.slug}`,
        note: `${r.strategy}, ${r.phase}`,
        href: `/rollouts/${r.id}`,
      }
    }),
  ]
}
