import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ListText } from './list-text'
import { Cluster, namespaceAfter, type Objects, type serviceOf, split, wish } from './observe.fixture'

test('a namespace that says the same is read once, however often it is looked at', async () => {
  const cluster = new Cluster()
  cluster.holds = namespaceAfter([wish])
  for (const _ of [1, 2, 3]) await cluster.look()
  const reads = vi.spyOn(ListText.prototype, 'read')
  const looks = [await cluster.look(), await cluster.look(), await cluster.look()]
  expect(reads).not.toHaveBeenCalled()
  expect(looks[0].endpoints.get(wish.endpointId)).toMatchObject({ generation: 1, arms: [{ ready: 2 }] })
  expect(looks[1]).toEqual(looks[0])
  expect(looks[2]).toEqual(looks[0])
  reads.mockRestore()
})

test('whatever a namespace says one time after another, a look that remembers tells what one without memory does', async () => {
  const states = [
    namespaceAfter([wish]),
    namespaceAfter([wish, split]),
    namespaceAfter([wish], ({ pods }) => pods[0].status.conditions.splice(0)),
    { ...namespaceAfter([wish]), deployments: [] },
    { ...namespaceAfter([wish]), pods: [] },
    namespaceAfter([wish], ({ route }) => Object.assign(route.metadata, { generation: 8 })),
    namespaceAfter([wish], ({ route }) => Object.assign(route.spec as object, { hostnames: ['other.example.org'] })),
    namespaceAfter([wish], ({ route }) => Object.assign(route.metadata.annotations, { 'slipway.dev/record': '{}' })),
    { httproutes: [], deployments: [], pods: [], services: [] },
  ]
  const told = await Promise.all(states.map((state) => lookAt(new Cluster(), state)))
  expect(new Set(told.map(({ endpoints, unread }) => JSON.stringify([[...endpoints], [...unread]]))).size).toBe(states.length)
  // Three looks at one state, and the fourth asks for metadata alone.
  const some = fc.record({ state: fc.nat(states.length - 1), times: fc.integer({ min: 1, max: 5 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(some, { maxLength: 6 }), async (story) => {
      const cluster = new Cluster()
      for (const { state, times } of story)
        for (let look = 0; look < times; look++) expect(await lookAt(cluster, states[state])).toEqual(told[state])
    }),
    { numRuns: 200 },
  )
})

function lookAt(cluster: Cluster, state: Objects) {
  cluster.holds = state
  return cluster.look()
}

describe('while nothing changes', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())
  const WHOLE = ['httproutes', 'deployments', 'pods']
  /** The lists that the next look asks for whole. */
  const wholeBy = async (cluster: Cluster) => {
    cluster.whole.length = 0
    await cluster.look()
    return [...cluster.whole]
  }
  const quiet = async (holds: Objects) => {
    const cluster = new Cluster()
    for (const _ of [1, 2, 3]) await lookAt(cluster, holds)
    return cluster
  }

  test('a look asks for metadata alone, and for all whole every 15 s; with the next change it asks for all in the same look, and on until that is still', async () => {
    const cluster = await quiet(namespaceAfter([wish]))
    expect(await wholeBy(cluster)).toEqual([])
    vi.advanceTimersByTime(15_000)
    expect(await wholeBy(cluster)).toEqual([...WHOLE, 'services'])
    expect(await wholeBy(cluster)).toEqual([])
    cluster.holds = namespaceAfter([wish], ({ pods }) => pods[0].status.conditions.splice(0))
    expect(await wholeBy(cluster)).toEqual(WHOLE)
    expect(await wholeBy(cluster)).toEqual(WHOLE)
    expect(await wholeBy(cluster)).toEqual([])
  })

  test('metadata that cannot be had takes nothing back: all is asked for whole, and metadata no more for a minute', async () => {
    const cluster = await quiet(namespaceAfter([wish]))
    cluster.failsMetadata = true
    const tries = () => cluster.asked.filter((list) => list === 'metadata').length
    expect(await wholeBy(cluster)).toEqual(WHOLE)
    expect(tries()).toBe(WHOLE.length)
    vi.advanceTimersByTime(59_000)
    for (const _ of [1, 2, 3]) expect((await cluster.look()).endpoints.get(wish.endpointId)).toMatchObject({ generation: 1 })
    expect(tries()).toBe(WHOLE.length)
    vi.advanceTimersByTime(1_000)
    expect(await wholeBy(cluster)).toEqual(WHOLE)
    expect(tries()).toBe(2 * WHOLE.length)
  })

  test('what an API server that was restored from a backup says under the same versions is told within 15 s', async () => {
    const cluster = await quiet(namespaceAfter([wish], undefined, '7'))
    cluster.holds = namespaceAfter([wish], ({ pods }) => pods[0].status.conditions.splice(0), '7')
    const ready = async () => (await cluster.look()).endpoints.get(wish.endpointId)?.arms[0].ready
    expect(await ready()).toBe(2)
    vi.advanceTimersByTime(15_000)
    expect(await ready()).toBe(1)
    for (const _ of [1, 2, 3]) expect(await ready()).toBe(1)
  })
})

test('what pods use is told anew by each look, also where all else is as it was', async () => {
  const cluster = new Cluster()
  cluster.holds = namespaceAfter([wish])
  const [first] = cluster.holds.pods as { metadata: { name: string } }[]
  const use = (cpu: string) => [{ metadata: { name: first.metadata.name }, containers: [{ usage: { cpu, memory: '1Mi' } }] }]
  expect(await cluster.replicas()).toMatchObject([{ cpu: null }, { cpu: null }])
  cluster.usage = use('250m')
  expect(await cluster.replicas()).toMatchObject([{ cpu: 0.25, memoryBytes: 2 ** 20 }, { cpu: null }])
  cluster.usage = use('2')
  expect(await cluster.replicas()).toMatchObject([{ cpu: 2 }, { cpu: null }])
  cluster.usage = []
  expect(await cluster.replicas()).toMatchObject([{ cpu: null }, { cpu: null }])
})

test('whoever changes what they were told changes nothing of what others are told', async () => {
  const cluster = new Cluster()
  cluster.holds = namespaceAfter([wish])
  const seen = await cluster.look()
  seen.endpoints.get(wish.endpointId)?.arms[0].replicas.pop()
  seen.endpoints.clear()
  expect(await cluster.look()).toEqual(await cluster.look(true))
})

describe('where Services lead', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())
  const LISTS = ['httproutes', 'deployments', 'pods']
  const asked = async (cluster: Cluster) => {
    cluster.asked.length = 0
    await cluster.look()
    return cluster.asked.slice(LISTS.length)
  }
  const told = async (cluster: Cluster) => (await cluster.look()).endpoints.get(wish.endpointId)
  /** One that has been looked at until all is known. */
  const quiet = async () => {
    const cluster = new Cluster()
    cluster.holds = namespaceAfter([wish])
    await cluster.look()
    await cluster.look()
    return cluster
  }

  test('is asked for every 15 s in the place of what pods use: no quiet look takes more than four calls', async () => {
    const cluster = await quiet()
    expect(await asked(cluster)).toEqual(['metrics'])
    vi.advanceTimersByTime(14_999)
    expect(await asked(cluster)).toEqual(['metrics'])
    vi.advanceTimersByTime(1)
    expect(await asked(cluster)).toEqual(['services'])
    expect(await asked(cluster)).toEqual(['metrics'])
  })

  test.each<[string, (services: object[]) => object[], RegExp]>([
    ['one that is gone', (services) => services.slice(1), /is gone: Slipway makes it again/],
    ['one whose selector has a label more', ([one, ...others]) => [astray(one, { selector: { of: 'x', also: 'y' } }), ...others], /leads/],
    ['one with another port', ([...all]) => [...all.slice(0, -1), astray(all.at(-1), { ports: [{ port: 80, targetPort: 9 }] })], /leads/],
    ['one that is a name elsewhere', ([one, ...others]) => [astray(one, { type: 'ExternalName' }), ...others], /leads/],
  ])(
    '%s takes the acknowledgement with it and is named, and is looked at each time until all is as it was',
    async (_how, change, words) => {
      const cluster = await quiet()
      const whole = await told(cluster)
      expect(whole).toMatchObject({ generation: 1 })
      const { services } = cluster.holds
      cluster.holds = { ...cluster.holds, services: change(services) }
      vi.advanceTimersByTime(15_000)
      for (const _ of [1, 2]) {
        const now = await told(cluster)
        expect(now).toMatchObject({ generation: -1, arms: [{ weight: 10_000, ready: 2 }] })
        expect(now?.arms[0].replicas.map(({ reason }) => reason)).toContainEqual(expect.stringMatching(words))
        expect(await asked(cluster)).toEqual(['services', 'metrics'])
      }
      // A list that fails takes nothing back.
      cluster.fails = 'services'
      expect(await told(cluster)).toMatchObject({ generation: -1 })
      cluster.fails = ''
      cluster.holds = { ...cluster.holds, services }
      expect(await told(cluster)).toEqual(whole)
      expect(await asked(cluster)).toEqual(['metrics'])
    },
  )

  test.each<[string, (one: object) => object]>([
    ['how it is reached from outside', (one) => astray(one, { type: 'LoadBalancer' })],
    ['a port of somebody’s own', (one) => astray(one, { ports: [...specOf(one).ports, { name: 'metrics', port: 9_090, targetPort: 1 }] })],
    ['one that was written before it said where it leads', (one) => ({ ...one, metadata: { name: nameOf(one), labels: {} } })],
  ])('%s is nobody’s fault', async (_what, change) => {
    const cluster = await quiet()
    cluster.holds = { ...cluster.holds, services: cluster.holds.services.map(change) }
    vi.advanceTimersByTime(15_000)
    expect(await told(cluster)).toMatchObject({ generation: 1 })
  })

  test('of Services that were told beside other routes nothing is believed: a version that has just been written is not taken for one without', async () => {
    const cluster = await quiet()
    const old = cluster.holds.services
    cluster.holds = { ...namespaceAfter([wish, split]), services: old }
    vi.advanceTimersByTime(15_000)
    expect(await told(cluster)).toMatchObject({ generation: 2 })
    cluster.holds = namespaceAfter([wish, split])
    expect(await told(cluster)).toMatchObject({ generation: 2 })
    expect(await told(cluster)).toMatchObject({ generation: 2 })
    cluster.holds = { ...cluster.holds, services: old }
    vi.advanceTimersByTime(15_000)
    expect(await told(cluster)).toMatchObject({ generation: -1 })
  })

  test('a look that takes long is not mistaken by one that was quicker', async () => {
    const cluster = await quiet()
    const release = cluster.stall('httproutes')
    const slow = cluster.look()
    cluster.holds = namespaceAfter([wish, split])
    expect(await told(cluster)).toMatchObject({ generation: 2 })
    expect(await told(cluster)).toMatchObject({ generation: 2 })
    release()
    expect((await slow).endpoints.get(wish.endpointId)).toMatchObject({ generation: expect.toSatisfy((n) => n === 1 || n === 2) })
    expect(await told(cluster)).toMatchObject({ generation: 2 })
  })

  test('where nothing can be started they are not asked for: nothing could be put back', async () => {
    const cluster = new Cluster('')
    cluster.holds = { ...namespaceAfter([wish]), services: [] }
    expect(await asked(cluster)).toEqual(['metrics'])
    expect(await told(cluster)).toMatchObject({ generation: 1 })
  })
})

const specOf = (service: object) => (service as ReturnType<typeof serviceOf>).spec
const nameOf = (service: object) => (service as ReturnType<typeof serviceOf>).metadata.name

/** The same after another hand. */
function astray(service: object | undefined, now: object): object {
  const { metadata, spec } = service as ReturnType<typeof serviceOf>
  return { metadata, spec: { ...spec, ...now } }
}
