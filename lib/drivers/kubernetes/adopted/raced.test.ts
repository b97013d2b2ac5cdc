import { expect, test, vi } from 'vitest'
import type { Answer } from '../answer'
import type { Hand } from '../clients'
import { ACCEPTED, heldAfter } from '../held.fixture'
import { Route } from '../observed'
import { wishOf } from '../render/wish.fixture'
import { ServingSettings } from '../serving-settings'
import { seenOf } from './adopted'
import { returnRoute, takeRoute } from './take'

const gateway = { name: 'public', namespace: 'gateways' }
const wish = wishOf()
const selector = { app: 'legacy' }
const written = { ok: true, kind: 'written' }

/** A namespace with an endpoint and a legacy route, whose gateway writes of the route `busy` times, each just before it is written; `meanwhile` does so too, once. */
function namespace(busy: number, meanwhile: (legacy: Stored) => void = () => undefined) {
  const { route, record, pods, deployments } = heldAfter([wish])
  const legacy: Stored = {
    metadata: { name: 'legacy', uid: 'u', generation: 7, resourceVersion: '1', labels: {}, annotations: {} },
    spec: { parentRefs: [gateway], rules: [{ matches: [{ path: { value: '/x' } }], backendRefs: [{ name: 'legacy', port: 80 }] }] },
    status: { parents: [{ parentRef: gateway, conditions: ACCEPTED }] },
  }
  const service = (name: string) => ({ metadata: { name }, spec: { selector, ports: [{ port: 80 }] } })
  const held: Record<string, unknown[]> = {
    httproutes: [route, legacy],
    services: [service('legacy'), ...record.held.arms.map(({ name }) => service(name))],
    deployments: [{ metadata: { name: 'legacy' }, spec: { template: { metadata: { labels: selector } } } }, ...deployments],
    pods: [...pods],
  }
  let left = busy
  const write = async (object: Partial<Stored>): Promise<Answer<unknown>> => {
    if (left > 0) {
      left -= 1
      legacy.metadata.resourceVersion += '1'
      meanwhile(legacy)
    }
    if (object.metadata?.resourceVersion !== legacy.metadata.resourceVersion)
      return { ok: false, kind: 'conflict', reason: 'changed' } as Answer<unknown>
    Object.assign(legacy, { spec: { ...legacy.spec, ...object.spec } })
    for (const part of ['labels', 'annotations'] as const) Object.assign(legacy.metadata[part], object.metadata[part])
    return { ok: true, value: legacy }
  }
  const list = async (path: string) => ({ ok: true, value: structuredClone(held[path.split('/').pop() ?? '']) })
  const client = { namespace: 'n', list, apply: write, merge: write }
  const config = { namespace: 'n', mode: 'gateway', gateway }
  const hand = { name: 'on-prem', config, settings: ServingSettings.parse({}), client } as unknown as Hand
  const remove = async (): Promise<Answer<unknown>> => {
    held.httproutes = [route]
    return { ok: false, kind: 'not-found', reason: 'gone' }
  }
  return { hand, legacy, remove }
}

interface Stored {
  metadata: {
    name: string
    uid: string
    generation: number
    resourceVersion: string
    labels: Record<string, string | null>
    annotations: Record<string, string | null>
  }
  spec: { parentRefs: object[]; rules: { matches?: object[]; backendRefs: object[] }[] }
  status: object
}

const take = (hand: Hand, legacy: Stored, share = 5_000) => {
  const seen = seenOf(Route.parse(legacy) as Parameters<typeof seenOf>[0])
  return takeRoute(
    hand,
    { endpointId: wish.endpointId, route: 'legacy', seen, share, rewrite: false, despite: [] },
    AbortSignal.timeout(5_000),
  )
}
const giveBack = (hand: Hand) => returnRoute(hand, { endpointId: wish.endpointId, route: 'legacy' }, AbortSignal.timeout(5_000))

test('a gateway that writes what it says of a route between look and write keeps it neither from being taken nor from being given back', async () => {
  const taken = namespace(3)
  const before = structuredClone(taken.legacy.spec)
  expect(await take(taken.hand, taken.legacy)).toEqual(written)
  expect(taken.legacy.spec.rules.length).toBeGreaterThan(1)
  const returned = namespace(3)
  Object.assign(returned.legacy, structuredClone(taken.legacy))
  expect(await giveBack(returned.hand)).toEqual(written)
  expect(returned.legacy.spec.rules).toEqual([{ ...before.rules[0], backendRefs: [{ name: 'legacy', port: 80, weight: 1 }] }])
})

test('whoever changes its rules between look and write is not written over: it is to be looked at again', async () => {
  const { hand, legacy } = namespace(1, (route) => {
    route.metadata.generation += 1
    route.spec.rules[0].backendRefs = [{ name: 'other', port: 80 }]
  })
  expect(await take(hand, legacy)).toMatchObject({ ok: false, kind: 'stale' })
  expect(legacy.spec.rules).toEqual([expect.objectContaining({ backendRefs: [{ name: 'other', port: 80 }] })])
})

test('a route that others change without end is not waited for without end', async () => {
  const { hand, legacy } = namespace(1_000)
  expect(await take(hand, legacy)).toMatchObject({
    ok: false,
    kind: 'unreachable',
    reason: expect.stringContaining('faster than it can be written'),
  })
})

test('a route that its owner deletes between look and write is not there to be taken, and needs not be given back', async () => {
  const { hand, legacy, remove } = namespace(0)
  const gone = { ...hand, client: { ...hand.client, apply: remove, merge: remove } } as unknown as Hand
  expect(await take(gone, legacy)).toMatchObject({ ok: false, kind: 'refused', reason: 'There is no HTTPRoute legacy in the namespace.' })
  const taken = namespace(0)
  expect(await take(taken.hand, taken.legacy)).toEqual(written)
  const removed = vi.fn(taken.remove)
  const later = { ...taken.hand, client: { ...taken.hand.client, apply: removed, merge: removed } } as unknown as Hand
  expect(await giveBack(later)).toEqual(written)
  expect(removed).toHaveBeenCalled()
})
