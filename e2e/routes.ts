import { readdirSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { ExampleRole } from './fixtures'
import { rest } from './house'
import { MODEL, rolloutsIn } from './rollouts'

/** Every page of app/ as an address with its parts in brackets: "/rollouts/[id]". Groups in round brackets are no part of an address. */
export function routes(): string[] {
  const root = path.join(import.meta.dirname, '../app')
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'page.tsx')
    .map(
      (file) =>
        `/${path
          .dirname(file)
          .split(path.sep)
          .filter((part) => part !== '.' && !part.startsWith('('))
          .join('/')}`,
    )
    .sort()
}

const Endpoints = z.object({ items: z.array(z.object({ id: z.uuid(), environment: z.string() })) })
const Clusters = z.object({ clusters: z.array(z.object({ id: z.uuid() })).min(1) })
const Version = z.object({ documents: z.array(z.object({ id: z.uuid() })).min(1) })

/** The address with things of the example in place of its brackets. Throws for a bracket that it does not know. */
export async function filled(route: string): Promise<string> {
  const client = await rest('engineer')
  const [rollout] = await rolloutsIn('prod-hybrid')
  const endpoint = async () => (await client.get(`/api/v1/endpoints?model=${MODEL}`, Endpoints)).items[0].id
  const parts: Record<string, () => Promise<string>> = {
    model: async () => MODEL,
    number: async () => '2',
    environment: async () => 'prod-hybrid',
    rollout: async () => rollout.id,
    // Written down, and never gone on with: nothing moves.
    bulk: async () =>
      (await client.post('/api/v1/returns', { items: [{ endpointId: await endpoint(), version: 1 }] }, z.object({ id: z.uuid() }))).id,
    id: route.startsWith('/rollouts') ? async () => rollout.id : endpoint,
    endpointId: endpoint,
    clusterId: async () => (await client.get('/api/v1/clusters', Clusters)).clusters[0].id,
    document: async () => (await client.get(`/api/v1/models/${MODEL}/versions/2`, Version)).documents[0].id,
  }
  let address = route
  for (const [whole, name] of route.matchAll(/\[(\w+)\]/g)) {
    const part = parts[name]
    if (!part) throw new Error(`${route}: say in e2e/routes.ts what stands for ${whole}`)
    address = address.replace(whole, await part())
  }
  return address
}

/** Who sees most of a page; null: nobody is signed in. */
export function seenBy(route: string): ExampleRole | null {
  if (['/sign-in', '/setup', '/set-password', '/example-ended'].includes(route)) return null
  if (route.startsWith('/settings') || route.startsWith('/environments')) return 'admin'
  return route.startsWith('/approvals') ? 'approver' : 'engineer'
}
