import { z } from 'zod'
import type { Api } from './api'

const MODEL = 'flight-delay'

/** Requests a second by environment; an environment's clusters share them. Trial's is small: at 25 % of it the slow model stays under a quarter of a core. */
export const RATES: Record<string, number> = { 'prod-hybrid': 150, trial: 50 }

/** An address of an endpoint with a live version. */
export interface Place {
  environment: string
  cluster: string
  origin: string
  path: string
  perSecond: number
}

const Endpoints = z.object({
  items: z.array(
    z.object({
      model: z.object({ slug: z.string() }),
      environment: z.object({ slug: z.string() }),
      live: z.object({ number: z.number() }).nullable(),
      clusters: z.array(z.object({ name: z.string(), address: z.string() })),
    }),
  ),
})

/** Where the example's model is live now, as the API says. */
export async function findPlaces(api: Api): Promise<Place[]> {
  const answer = await api.get(`/api/v1/endpoints?model=${MODEL}`)
  const parsed = Endpoints.safeParse(answer.body)
  if (!answer.ok || !parsed.success) return []
  return parsed.data.items
    .filter((endpoint) => endpoint.live && endpoint.environment.slug in RATES)
    .flatMap((endpoint) =>
      endpoint.clusters.map((cluster) => {
        const { origin, pathname } = new URL(cluster.address)
        const perSecond = RATES[endpoint.environment.slug] / endpoint.clusters.length
        return { environment: endpoint.environment.slug, cluster: cluster.name, origin, path: pathname, perSecond }
      }),
    )
}

const Page = z.object({ items: z.array(z.object({ id: z.string() })) })
const Versions = z.object({ items: z.array(z.object({ number: z.number(), note: z.string(), status: z.string() })) })

/**
 * Launches the slow model in `trial` once in the life of a workspace: true when it has been launched, now or before. A person may run it again from the page.
 */
export async function launchSlow(api: Api): Promise<boolean> {
  const before = Page.safeParse((await api.get(`/api/v1/rollouts?model=${MODEL}&environment=trial&strategy=canary`)).body)
  if (!before.success) return false
  if (before.data.items.length > 0) return true
  const versions = Versions.safeParse((await api.get(`/api/v1/models/${MODEL}/versions`)).body)
  const slow = versions.data?.items.find((version) => version.note.startsWith('slow') && version.status === 'ready')
  if (!slow) return false
  const answer = await api.post(
    '/api/v1/rollouts',
    { model: MODEL, environment: 'trial', version: slow.number, strategy: 'canary' },
    'first-run-of-the-slow-model',
  )
  return answer.ok
}
