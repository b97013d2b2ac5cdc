import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Hand } from './clients'
import { heldAfter } from './held.fixture'
import { ListText, pageOf } from './list-text'
import { observeAll } from './observe'
import { endpointName } from './render/names'
import { armOf, wishOf } from './render/wish.fixture'
import { leadsHash } from './service-hand'
import { ServingSettings } from './serving-settings'

const wish = wishOf({ fence: 3 })
const split = wishOf({ fence: 3, generation: 2, arms: [armOf(1, { weight: 9_500 }), armOf(2, { weight: 500 })] })

interface Objects {
  httproutes: object[]
  deployments: object[]
  pods: object[]
  services: object[]
}

/** What a namespace holds after these wishes. Whatever else changes, uid and version stay, as they may where an API server was restored from a backup. */
function namespaceAfter(wishes: (typeof wish)[], change: (held: ReturnType<typeof heldAfter>) => void = () => undefined): Objects {
  const held = structuredClone(heldAfter(wishes))
  change(held)
  const stored = <T extends { metadata: { labels?: object } }>(object: T) => {
    const labels = { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'slipway', 'slipway.dev/endpoint': wish.endpointId }
    return { ...object, metadata: { ...object.metadata, labels, uid: 'u', resourceVersion: '7' } }
  }
  const names = [endpointName(held.record), ...held.record.held.arms.map(({ name }) => name)]
  const services = names.map((name) => stored(serviceOf(name)))
  return { httproutes: [stored(held.route)], deployments: held.deployments.map(stored), pods: held.pods.map(stored), services }
}

/** A Service that leads where it was written to. */
function serviceOf(name: string) {
  const spec = { selector: { of: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }
  return { metadata: { name, labels: {}, annotations: { 'slipway.dev/leads': leadsHash(spec) } }, spec: { ...spec, clusterIP: '10.0.0.7' } }
}

/** A cluster whose API server answers by what it holds now; each answer at a version of its own, as theirs are. */
class Cluster {
  holds: Objects = { httproutes: [], deployments: [], pods: [], services: [] }
  /** What was asked for, in order. */
  readonly asked: string[] = []
  usage: object[] = []
  /** The list that the API server does not answer now. */
  fails = ''
  #version = 0
  #stalled: { list: string; until: Promise<void> } | null = null
  #hand: Hand

  constructor(private readonly slipwayUrl = 'https://slipway.example.org') {
    this.#hand = this.#newHand()
  }

  /** The next answer of a list is on its way, as it is now, until it is released. */
  stall(list: string): () => void {
    let release: () => void = () => undefined
    this.#stalled = { list, until: new Promise((resolve) => (release = resolve)) }
    return release
  }

  /** As an engine that has looked before, or (`fresh`) one that never has. */
  async look(fresh = false) {
    const seen = await observeAll(fresh ? this.#newHand() : this.#hand, AbortSignal.timeout(10_000))
    if (!seen.ok) throw new Error(seen.reason)
    return seen
  }

  async replicas() {
    return (await this.look()).endpoints.get(wish.endpointId)?.arms[0].replicas
  }

  #newHand(): Hand {
    const listText = async (path: string) => {
      this.#version += 1
      const list = path.split('/').at(-1) ?? ''
      this.asked.push(list)
      const items = this.holds[list as keyof Objects]
      const stalled = this.#stalled
      if (stalled?.list === list) {
        this.#stalled = null
        await stalled.until
      }
      if (list === this.fails) return { ok: false, kind: 'failed', reason: 'Too many requests.' }
      const page = pageOf(Buffer.from(JSON.stringify({ kind: 'List', metadata: { resourceVersion: `${this.#version}` }, items })))
      return page.ok ? { ok: true, value: new ListText([page.value]) } : page
    }
    const list = async () => {
      this.asked.push('metrics')
      return { ok: true, value: this.usage }
    }
    const client = { namespace: 'models', listText, list }
    const config = {
      mode: 'gateway',
      slipwayUrl: this.slipwayUrl,
      modelServerImage: `registry.example.org/slipway@sha256:${'a'.repeat(64)}`,
    }
    return { name: 'on-prem', client, config, settings: ServingSettings.parse({}) } as unknown as Hand
  }
}

test('a namespace that says the same is read once, however often it is looked at', async () => {
  const cluster = new Cluster()
  cluster.holds = namespaceAfter([wish])
  for (const _ of [1, 2]) await cluster.look()
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
  const cluster = new Cluster()
  const lookAt = (state: Objects, fresh: boolean) => {
    cluster.holds = state
    return cluster.look(fresh)
  }
  const told = await Promise.all(states.map((state) => lookAt(state, true)))
  expect(new Set(told.map(({ endpoints, unread }) => JSON.stringify([[...endpoints], [...unread]]))).size).toBe(states.length)
  for (const before of states.keys())
    for (const state of states.keys()) {
      expect(await lookAt(states[before], false)).toEqual(told[before])
      expect(await lookAt(states[state], false)).toEqual(told[state])
    }
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
