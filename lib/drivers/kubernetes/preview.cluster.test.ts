import { expect, test, vi } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { needs } from '@/tools/k8s/cluster.fixture'
import { changedFields } from './changed-fields'
import { Clients, type Hand } from './clients'
import { DriverCluster } from './cluster.fixture'
import { recordOf } from './observed'
import { readEndpoint } from './read'
import { collectionPath, GATEWAY_API, type KubeObject } from './render/object'
import { servingOf } from './serving-settings'
import { tryWish } from './try-wish'

const cluster = new DriverCluster()
const { driver } = cluster
const clients = new Clients({ loopback: true, private: true })

const KINDS: [apiVersion: string, kind: string][] = [
  [GATEWAY_API, 'HTTPRoute'],
  ['apps/v1', 'Deployment'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
]

/** Everything that an endpoint has in the cluster, whole, by kind and name. */
async function everything({ endpointId }: Wish): Promise<Map<string, KubeObject>> {
  const { api, namespace } = cluster.shared
  const lists = KINDS.map(async ([apiVersion, kind]) => {
    const path = `${collectionPath(namespace, apiVersion, kind)}?labelSelector=slipway.dev/endpoint=${endpointId}`
    const { items } = await api.get<{ items: KubeObject[] }>(path)
    return items.map((item) => [`${kind} ${item.metadata.name}`, { ...item, apiVersion, kind }] as const)
  })
  return new Map((await Promise.all(lists)).flat())
}

/** What a preview would write, object by object, as the API server answered. */
async function wouldWrite(wish: Wish): Promise<Map<string, KubeObject>> {
  const hand = (await clients.open(cluster.target())) as Hand
  const held = await readEndpoint(hand, wish.endpointId, cluster.signal())
  const serving = servingOf(hand.config, hand.settings)
  if (!held.ok || typeof serving === 'string') throw new Error('The endpoint cannot be read.')
  const record = held.value.route && recordOf(held.value.route)
  const { tried } = await tryWish(hand, held.value, record, wish, serving, cluster.signal())
  return new Map(
    tried.map(({ object: { kind, metadata }, answer }) => {
      if (!answer.ok) throw new Error(answer.reason)
      return [`${kind} ${metadata.name}`, answer.value]
    }),
  )
}

/** The fields of an object that are Slipway's, with their values; the time in its record is of the moment of writing. */
function managed(object: KubeObject): unknown {
  const { managedFields = [], annotations } = object.metadata as KubeObject['metadata'] & { managedFields?: ManagedFields[] }
  const own = managedFields.find(({ manager, operation }) => manager === 'slipway' && operation === 'Apply')
  if (!own) throw new Error(`Nothing of ${object.kind} ${object.metadata.name} is Slipway's.`)
  const { 'slipway.dev/record': record = '', ...rest } = annotations ?? {}
  const told = {
    ...rest,
    ...(record ? { 'slipway.dev/record': record.replace(/"at":\d+/g, '"at":0').replace(/"before":.*?(?="endpointId")/, '') } : {}),
  }
  return picked({ ...object, metadata: { ...object.metadata, annotations: told } }, own.fieldsV1)
}

interface ManagedFields {
  manager: string
  operation: string
  fieldsV1: Fields
}
interface Fields {
  [field: string]: Fields
}

/** The part of a value that a field set names: `f:` fields, and items of lists by their keys or values. */
function picked(value: unknown, fields: Fields): unknown {
  const names = Object.keys(fields).filter((name) => name !== '.')
  if (names.length === 0 || value === null || typeof value !== 'object') return value
  if (Array.isArray(value))
    return names.map((name) => {
      const keys = name.startsWith('k:') ? (JSON.parse(name.slice(2)) as Record<string, unknown>) : null
      const item = keys ? value.find((each) => Object.entries(keys).every(([key, wanted]) => each[key] === wanted)) : name
      return [name, picked(item, fields[name])]
    })
  return Object.fromEntries(names.map((name) => [name, picked((value as Record<string, unknown>)[name.slice(2)], fields[name])]))
}

/** A version live, and the same endpoint with a second one beside it, other keys and another weight. */
async function stages(): Promise<{ first: Wish; second: Wish; third: Wish }> {
  const first = cluster.wish()
  const candidate = cluster.arm({ role: 'candidate', number: 2, weight: 2_500, replicas: 2 })
  const key = { id: candidate.versionId, hash: 'h', expiresAt: null }
  const second = { ...first, generation: 2, fence: 2, keys: [key], arms: [{ ...first.arms[0], weight: 7_500 }, candidate] }
  const third = { ...second, generation: 3, fence: 3, arms: [{ ...candidate, role: 'live' as const, weight: 10_000 }] }
  return { first, second, third }
}

test('what the preview says is then done: object by object the fields that are Slipway’s are as they were tried', async (context) => {
  needs(context, cluster.shared.server, 'kubelet')
  for (const wish of Object.values(await stages())) {
    const tried = await wouldWrite(wish)
    await cluster.routed(wish)
    const after = await everything(wish)
    expect([...tried.keys()].length).toBeGreaterThan(1)
    for (const [name, object] of tried) {
      const there = after.get(name)
      if (!there) throw new Error(`${name} was tried, and is not there.`)
      expect([name, managed(there)]).toEqual([name, managed(object)])
    }
  }
})

test('each line of the preview is a change that is then seen, and no object changes or goes without a line', async (context) => {
  needs(context, cluster.shared.server, 'kubelet')
  const READ = /^(HTTPRoute|Deployment|Service) /
  for (const wish of Object.values(await stages())) {
    const before = await everything(wish)
    const preview = await driver.preview(cluster.target(), wish, cluster.signal())
    if (!preview.ok) throw new Error(preview.reason)
    const said = preview.changes.filter(({ kind }) => kind === 'object').map(({ text }) => text)
    await cluster.routed(wish)
    const left = [...before.keys()].filter((name) => said.includes(`Remove ${name}.`))
    await vi.waitUntil(async () => [...(await everything(wish)).keys()].every((name) => !left.includes(name)), 30_000)
    const after = await everything(wish)
    const seen = [
      ...[...after].flatMap(([name, object]) => {
        const was = before.get(name)
        if (!was) return [`Make ${name}.`]
        const fields = READ.test(name) ? changedFields(was, object) : []
        return fields.length > 0 ? [`Change ${name}: ${fields.join('; ')}.`] : []
      }),
      ...[...before.keys()].filter((name) => !after.has(name)).map((name) => `Remove ${name}.`),
    ]
    expect(seen.sort()).toEqual(said.sort())
    expect(seen.length).toBeGreaterThan(1)
  }
})

test('where Argo CD owns the route or a Deployment, the preview names it and what to add to its Application', async (context) => {
  needs(context, cluster.shared.server, 'kubelet')
  const { api, namespace } = cluster.shared
  const first = cluster.wish()
  await cluster.routed(first)
  const metadata = { labels: { 'argocd.argoproj.io/instance': 'models' } }
  const marked = async (path: string) =>
    api.send<KubeObject>('PATCH', `${path}?fieldManager=argocd-controller`, { metadata }, 'application/merge-patch+json')
  const route = await marked(await cluster.routePath(first))
  const again = { ...first, generation: 2, fence: 2, arms: [{ ...first.arms[0], replicas: 2 }] }
  const [deployment] = [...(await everything(first)).values()].filter(({ kind }) => kind === 'Deployment')
  await marked(`/apis/apps/v1/namespaces/${namespace}/deployments/${deployment.metadata.name}`)
  const preview = await driver.preview(cluster.target(), again, cluster.signal())
  const refused = preview.ok ? preview.changes.filter(({ kind }) => kind === 'refused').map(({ text }) => text) : []
  const rule = (group: string, kind: string, name: string) =>
    expect.stringContaining(`ignoreDifferences: [{group: ${group}, kind: ${kind}, namespace: ${namespace}, name: ${name}, `)
  expect(refused).toEqual([
    rule('gateway.networking.k8s.io', 'HTTPRoute', route.metadata.name),
    rule('apps', 'Deployment', deployment.metadata.name),
  ])
})

test('rules that another hand changed are told, and that nothing is written over them', async () => {
  const first = cluster.wish()
  await cluster.routed(first)
  const path = await cluster.routePath(first)
  await cluster.shared.api.send('PATCH', path, { spec: { hostnames: ['theirs.example.org'] } }, 'application/merge-patch+json')
  const preview = await driver.preview(cluster.target(), { ...first, generation: 2 }, cluster.signal())
  expect(preview).toMatchObject({
    changes: expect.arrayContaining([
      { kind: 'refused', text: expect.stringMatching(/^Another hand changed the rules .*keeps theirs or restores ours/) },
    ]),
  })
})
