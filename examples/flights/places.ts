import { z } from 'zod'
import { type Api, detailOf } from './api'

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

const Endpoints = z.object({ items: z.array(z.object({ id: z.string(), environment: z.string(), live: z.number().nullable() })) })
const Endpoint = z.object({ clusters: z.array(z.object({ cluster: z.string(), address: z.string().nullable() })) })

/** Where the example's model is live now, as the API says. */
export async function findPlaces(api: Api): Promise<Place[]> {
  const listed = Endpoints.safeParse((await api.get(`/api/v1/endpoints?model=${MODEL}`)).body)
  const live = listed.success ? listed.data.items.filter((endpoint) => endpoint.live !== null && endpoint.environment in RATES) : []
  return (await Promise.all(live.map(({ id, environment }) => placesOf(api, id, environment)))).flat()
}

async function placesOf(api: Api, id: string, environment: string): Promise<Place[]> {
  const endpoint = Endpoint.safeParse((await api.get(`/api/v1/endpoints/${id}`)).body)
  const clusters = endpoint.success ? endpoint.data.clusters : []
  return clusters.flatMap(({ cluster, address }) => {
    if (!address) return []
    const { origin, pathname } = new URL(address)
    return [{ environment, cluster, origin, path: pathname, perSecond: RATES[environment] / clusters.length }]
  })
}

const Rollouts = z.object({ items: z.array(z.object({ strategy: z.string() })) })
const Versions = z.object({ items: z.array(z.object({ number: z.number(), note: z.string(), status: z.string() })) })

/**
 * Launches the slow model in `trial` once in the life of a workspace: true when it has been launched, now or before; else why not yet. A person may run it again
 * from the page.
 */
export async function launchSlow(api: Api): Promise<true | string> {
  const rollouts = await api.get('/api/v1/rollouts?environment=trial')
  const before = Rollouts.safeParse(rollouts.body)
  if (!before.success) return detailOf(rollouts)
  if (before.data.items.some((rollout) => rollout.strategy === 'canary')) return true
  const listed = await api.get(`/api/v1/models/${MODEL}/versions`)
  const versions = Versions.safeParse(listed.body)
  if (!versions.success) return detailOf(listed)
  const slow = versions.data.items.find((version) => version.note.startsWith('slow') && version.status === 'ready')
  if (!slow) return 'no slow version is ready'
  const answer = await api.post(
    '/api/v1/rollouts',
    { model: MODEL, environment: 'trial', version: slow.number, strategy: 'canary' },
    'first-run-of-the-slow-model',
  )
  return answer.ok || detailOf(answer)
}
