import { expect, test, vi } from 'vitest'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { seen } from '@/tools/k8s/seen'
import { DriverCluster } from './cluster.fixture'

interface Running {
  metadata: { name: string }
  spec: { template: { spec: { containers: { name: string }[] } } }
}

const cluster = new DriverCluster()
const { driver } = cluster

/** One version live, and another at 5 %. */
async function canary() {
  const first = cluster.wish()
  await cluster.routed(first)
  const arms = [{ ...first.arms[0], weight: 9_500 }, cluster.arm({ role: 'candidate', number: 2, weight: 500 })]
  const second = { ...first, generation: 2, fence: 2, arms }
  return { first, second, seen: await cluster.routed(second) }
}

test('weights that a person changes stand: they are told as theirs, no wish is written over them, and a later fence restores ours', async () => {
  const { second } = await canary()
  const path = await cluster.routePath(second)
  const route = await cluster.shared.api.get<{ spec: { rules: { backendRefs: { weight: number }[] }[] } }>(path)
  route.spec.rules[0].backendRefs[0].weight = 0
  route.spec.rules[0].backendRefs[1].weight = 10_000
  await cluster.shared.api.send('PUT', path, route)
  const theirs = await cluster.observe(second.endpointId)
  expect(theirs).toMatchObject({ generation: 3, arms: [{ weight: 0 }, { weight: 10_000 }], byHand: { at: expect.any(Number) } })
  expect(Math.abs((theirs?.byHand?.at ?? 0) - Date.now())).toBeLessThan(60_000)
  expect(theirs?.wishHash).not.toBe(wishHash(second))
  const { fence = 0 } = theirs ?? {}
  const late = { ...second, fence: 3, generation: 3 }
  expect(await driver.apply(cluster.target(), late, cluster.signal())).toEqual({ ok: false, kind: 'stale', fence, generation: 3 })
  const restored = { ...second, fence: fence + 1, generation: 4 }
  expect(await cluster.routed(restored)).toMatchObject({ arms: [{ weight: 9_500 }, { weight: 500 }], byHand: null })
})

test('a route that a person deletes comes back with the next wish, to the versions that still run', async () => {
  const { second } = await canary()
  await cluster.shared.api.send('DELETE', await cluster.routePath(second))
  expect(await cluster.observe(second.endpointId)).toBeUndefined()
  const again = { ...second, fence: 3, generation: 3 }
  expect(await driver.apply(cluster.target(), again, cluster.signal())).toMatchObject({ ok: true })
  expect(await cluster.routed(again)).toMatchObject({ arms: [{ weight: 9_500 }, { weight: 500 }] })
})

test('a wish of which something was refused is not acknowledged, and whole once it is applied again', async () => {
  const { api, namespace } = cluster.shared
  const quota = `/api/v1/namespaces/${namespace}/resourcequotas`
  await api.send('POST', quota, { metadata: { name: 'none' }, spec: { hard: { 'count/deployments.apps': '0' } } })
  await seen('the quota', 60, async () => (await api.get<{ status: { hard?: object } }>(`${quota}/none`)).status.hard)
  const wish = cluster.wish({ arms: [cluster.arm({ weight: 0 })] })
  expect(await driver.apply(cluster.target(), wish, cluster.signal())).toMatchObject({
    ok: false,
    reason: expect.stringContaining('quota'),
  })
  expect(await cluster.observe(wish.endpointId)).toMatchObject({ generation: -1, arms: [{ ready: 0 }] })
  await api.send('DELETE', `${quota}/none`)
  await cluster.routed(wish)
  await seen('a ready replica', 60, async () => (await cluster.observe(wish.endpointId))?.arms[0].ready === 1)
})

test('a Deployment that a person deletes takes the acknowledgement with it, and comes back when the same wish is applied', async () => {
  const { second } = await canary()
  const { api, namespace } = cluster.shared
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
  const own = async () => {
    const labels = `slipway.dev/version=${second.arms[1].versionId}`
    return (await api.get<{ items: { metadata: { name: string } }[] }>(`${path}?labelSelector=${labels}`)).items
  }
  const [{ metadata }] = await own()
  await api.send('DELETE', `${path}/${metadata.name}`)
  expect(await cluster.observe(second.endpointId)).toMatchObject({ generation: -1, arms: [{ weight: 9_500 }, { weight: 500 }] })
  await cluster.routed(second)
  expect(await own()).toHaveLength(1)
})

test('what a person makes a version’s pods run takes the acknowledgement with it and is named, and is taken out when the same wish is applied; a restart by hand is no such thing', async () => {
  const { second } = await canary()
  const { api, namespace } = cluster.shared
  const labels = `slipway.dev/version=${second.arms[1].versionId}`
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
  const own = async () => (await api.get<{ items: Running[] }>(`${path}?labelSelector=${labels}`)).items[0]
  const byHand = (template: object) =>
    api.send('PATCH', `${path}/${name}?fieldManager=kubectl-edit`, { spec: { template } }, 'application/strategic-merge-patch+json')
  const { spec, metadata } = await own()
  const { name } = metadata
  const [{ name: container }] = spec.template.spec.containers

  await byHand({ metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() } } })
  expect(await cluster.observe(second.endpointId)).toMatchObject({ generation: 2 })

  const stranger = `registry.example.org/other@sha256:${'e'.repeat(64)}`
  const env = [{ name: 'LD_PRELOAD', value: '/models/x.so' }]
  await byHand({
    spec: {
      containers: [
        { name: container, image: stranger, env },
        { name: 'beside', image: stranger },
      ],
    },
  })
  expect(await cluster.observe(second.endpointId)).toMatchObject({
    generation: -1,
    arms: [
      { weight: 9_500 },
      {
        weight: 500,
        replicas: expect.arrayContaining([expect.objectContaining({ reason: expect.stringContaining('kubectl-edit changed') })]),
      },
    ],
  })
  await cluster.routed(second)
  expect((await own()).spec.template.spec).toEqual(spec.template.spec)
  expect((await cluster.observe(second.endpointId))?.arms[1].replicas.map(({ reason }) => reason)).not.toContainEqual(
    expect.stringContaining('kubectl-edit'),
  )
})

test('where a person makes a Service lead, or that they delete it, takes the acknowledgement with it and is named, and is put back when the same wish is applied', async () => {
  const { second } = await canary()
  const { api, namespace } = cluster.shared
  const path = `/api/v1/namespaces/${namespace}/services`
  const selector = `labelSelector=slipway.dev/endpoint=${second.endpointId}`
  const own = async () =>
    (await api.get<{ items: { metadata: { name: string }; spec: { selector: object; ports: object[] } }[] }>(`${path}?${selector}`)).items
  const leads = async () =>
    Object.fromEntries((await own()).map(({ metadata, spec }) => [metadata.name, { selector: spec.selector, ports: spec.ports }]))
  const before = await leads()
  const [stable, live] = Object.keys(before).sort((a, b) => a.length - b.length)
  const told = (words: string) =>
    seen(words, 60, async () => {
      const endpoint = await cluster.observe(second.endpointId)
      return endpoint?.generation === -1 && endpoint.arms.some(({ replicas }) => replicas.some(({ reason }) => reason?.includes(words)))
    })
  const byHand = (name: string, spec: object) =>
    api.send('PATCH', `${path}/${name}?fieldManager=kubectl-edit`, { spec }, 'application/strategic-merge-patch+json')
  for (const [name, spec] of [
    [live, { selector: { also: 'this' }, ports: [{ name: 'http', port: 80, targetPort: 9 }] }],
    [stable, { type: 'ExternalName', externalName: 'elsewhere.example.org' }],
  ] as const) {
    await byHand(name, spec)
    await told(`where Service ${name} leads`)
    expect(await cluster.routed(second)).toMatchObject({ arms: [{ weight: 9_500 }, { weight: 500 }] })
    expect(await leads()).toEqual(before)
  }
  // How it is reached is for whoever runs the cluster: that stays, also where it is put back where it leads.
  const metrics = { name: 'metrics', port: 9_090, targetPort: 9_090 }
  await byHand(live, { type: 'NodePort', ports: [metrics], selector: { also: 'this' } })
  const reached = (await own()).find(({ metadata }) => metadata.name === live)?.spec
  await told(`where Service ${live} leads`)
  await cluster.routed(second)
  expect((await own()).find(({ metadata }) => metadata.name === live)?.spec).toMatchObject({
    ...{ type: 'NodePort', selector: before[live].selector },
    ports: expect.arrayContaining(reached?.ports ?? []),
  })
  await api.send('DELETE', `${path}/${stable}`)
  await told(`Service ${stable} is gone`)
  await cluster.routed(second)
  expect((await leads())[stable]).toEqual(before[stable])
})

test('weights that no gateway has accepted are not acknowledged, and a refusal is told in its words', async () => {
  const { first, second } = await canary()
  const further = {
    ...second,
    generation: 3,
    fence: 3,
    arms: [
      { ...second.arms[0], weight: 5_000 },
      { ...second.arms[1], weight: 5_000 },
    ],
  }
  try {
    cluster.gateway.decree({ says: 'nothing' })
    await driver.apply(cluster.target(), further, cluster.signal())
    expect(await cluster.observe(first.endpointId)).toMatchObject({ generation: 2, fence: 3, arms: [{ weight: 9_500 }, { weight: 500 }] })
    cluster.gateway.decree({ says: 'refused', type: 'ResolvedRefs', reason: 'BackendNotFound' })
    const told = await vi.waitUntil(async () => {
      const seen = await cluster.observe(first.endpointId)
      return seen?.arms[0].replicas.some(({ reason }) => reason?.includes('BackendNotFound')) && seen
    }, 30_000)
    expect(told.generation).toBe(2)
  } finally {
    cluster.gateway.decree({ says: 'accepted' })
  }
  expect(await cluster.routed(further)).toMatchObject({ arms: [{ weight: 5_000 }, { weight: 5_000 }] })
})

test('of many engines that write at once the last to claim decides, and every earlier one is stale from then on', async () => {
  const { second } = await canary()
  const fences = [3, 4, 5, 6, 7, 8]
  const wishes = fences.map((fence) => {
    const weight = 1_000 * fence
    return {
      ...second,
      fence,
      generation: 20 - fence,
      arms: [
        { ...second.arms[0], weight: 10_000 - weight },
        { ...second.arms[1], weight },
      ],
    }
  })
  await Promise.all(wishes.map((wish) => driver.apply(cluster.target(), wish, cluster.signal())))
  const last = wishes[wishes.length - 1]
  expect(await cluster.routed(last)).toMatchObject({ fence: 8, generation: 12, wishHash: wishHash(last) })
  for (const wish of wishes.slice(0, -1))
    expect(await driver.apply(cluster.target(), wish, cluster.signal())).toEqual({ ok: false, kind: 'stale', fence: 8, generation: 12 })
})

test('a version that crashes after it was ready is told with its restarts, and weights go back in one turn', async () => {
  const { second } = await canary()
  cluster.shared.kubelet?.decree({ 'slipway.dev/version': second.arms[1].versionId }, { is: 'crashing', afterMs: 0, backOffMs: 60_000 })
  const crashed = await vi.waitUntil(async () => {
    const seen = await cluster.observe(second.endpointId)
    return seen?.arms[1].ready === 0 && seen
  }, 30_000)
  expect(crashed.arms[1]).toMatchObject({
    weight: 500,
    replicas: [{ state: 'backing-off', reason: expect.stringMatching(/^CrashLoopBackOff/) }],
  })
  const back = {
    ...second,
    generation: 3,
    fence: 3,
    arms: [
      { ...second.arms[0], weight: 10_000 },
      { ...second.arms[1], weight: 0 },
    ],
  }
  await driver.apply(cluster.target(), back, cluster.signal())
  const { spec } = await cluster.shared.api.get<{ spec: { rules: { backendRefs: { weight: number }[] }[] } }>(await cluster.routePath(back))
  expect(spec.rules[0].backendRefs.map(({ weight }) => weight)).toEqual([10_000])
})

test('a record that a person spoils is told of that endpoint, and hides no other', async () => {
  const { second } = await canary()
  const other = cluster.wish()
  await cluster.routed(other)
  const metadata = { annotations: { 'slipway.dev/record': '{' } }
  await cluster.shared.api.send('PATCH', await cluster.routePath(second), { metadata }, 'application/merge-patch+json')
  const seen = await driver.observe(cluster.target(), cluster.signal())
  if (!seen.ok) throw new Error(seen.reason)
  expect(seen.unread.get(second.endpointId)).toMatch(/annotation .* cannot be read/)
  expect(seen.endpoints.get(other.endpointId)).toMatchObject({ generation: 1 })
  expect(await driver.apply(cluster.target(), { ...second, fence: 9 }, cluster.signal())).toMatchObject({ ok: false, kind: 'unreachable' })
})
