import { expect, test } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { ACCEPTED, heldAfter, podOf, routeWith, specOf } from './held.fixture'
import { observedOf, type Seen } from './observed'
import { removedRecord, taken } from './record'
import { armOf, wishOf } from './render/wish.fixture'
import { routeHash } from './route-facts'
import { carried } from './write-route'

const first = wishOf({ fence: 3 })
const split = wishOf({ fence: 3, generation: 2, arms: [armOf(1, { weight: 9_500 }), armOf(2, { weight: 500 })] })
const weights = (seen: Seen) => observedOf(seen).arms.map(({ weight }) => weight)

test('a route that its gateway accepts is acknowledged: generation, hash, weights, ready replicas', () => {
  expect(observedOf(heldAfter([first, split]))).toMatchObject({
    fence: 3,
    generation: 2,
    wishHash: wishHash(split),
    acknowledgedAt: 2_000,
    byHand: null,
    arms: [
      { weight: 9_500, ready: 2, wanted: 2 },
      { weight: 500, ready: 2, wanted: 2 },
    ],
  })
})

test('weights that the gateway has not accepted yet are not told: what it took before is', () => {
  const seen = heldAfter([first, split], [])
  expect(observedOf(seen)).toMatchObject({ fence: 3, generation: 1, wishHash: wishHash(first) })
  expect(weights(seen)).toEqual([FULL, 0])
})

test('a version that waits for capacity moves no weight, and takes away no acknowledgement while the gateway looks at its pinned rule', () => {
  const seen = heldAfter([first, split], [], true)
  expect(observedOf(seen)).toMatchObject({ fence: 3, generation: 1, wishHash: wishHash(first) })
  expect(weights(seen)).toEqual([FULL, 0])
})

test('weights that a gateway never accepted are not what it routed by before', () => {
  const second = taken(heldAfter([first]).record, split, { blocked: false, at: 2_000 })
  const written = carried(routeWith(heldAfter([first]).record, ACCEPTED), second, routeHash(specOf(second)))
  const further = wishOf({ fence: 3, generation: 3, arms: [armOf(1, { weight: 1 }), armOf(2, { weight: 9_999 })] })
  const third = taken(written, further, { blocked: false, at: 3_000 })
  expect(carried(routeWith(written, []), third, routeHash(specOf(third)))).toMatchObject({
    routed: { generation: 3 },
    before: { generation: 1 },
  })
})

test('a route that the gateway refuses says so beside the arms, in its words', () => {
  const refused = [{ type: 'Accepted', status: 'False', reason: 'NotAllowedByListeners', message: 'No listener.', observedGeneration: 7 }]
  const [arm] = observedOf(heldAfter([first], refused)).arms
  expect(arm.replicas.at(-1)).toMatchObject({
    id: 'route',
    reason: 'The gateway does not take the route: Accepted: NotAllowedByListeners. No listener.',
  })
})

test('a wish of which something is not written yet, or whose Deployment was taken away, is not acknowledged, though its weights are told', () => {
  const seen = heldAfter([first, split])
  const { held } = seen.record
  for (const lacking of [
    { ...seen, record: { ...seen.record, held: { ...held, written: false } } },
    { ...seen, deployments: seen.deployments.slice(1) },
  ]) {
    expect(observedOf(lacking)).toMatchObject({ fence: 3, generation: -1, wishHash: '', removed: false })
    expect(weights(lacking)).toEqual([9_500, 500])
  }
})

test('an endpoint is not told as removed before all that it had is taken away', () => {
  const seen = heldAfter([first])
  const record = removedRecord(seen.record, { endpointId: first.endpointId, fence: 3, generation: 2 }, 2_000)
  expect(observedOf({ ...seen, record })).toMatchObject({ removed: true, generation: 2 })
  const cutOff = { ...record, held: { ...record.held, written: false } }
  expect(observedOf({ ...seen, record: cutOff })).toMatchObject({ removed: false, generation: -1 })
})

test('weights that a hand changed are told as they are, above every wish of ours, with the time', () => {
  const seen = heldAfter([first, split])
  const spec = structuredClone(seen.route.spec) as { rules: { backendRefs: { weight: number }[] }[] }
  spec.rules[0].backendRefs[0].weight = 1
  spec.rules[0].backendRefs[1].weight = 1
  const managedFields = [
    ...seen.route.metadata.managedFields,
    { manager: 'kubectl-edit', operation: 'Update', subresource: '', time: '2026-11-21T10:00:00Z' },
  ]
  const changed = { ...seen, route: { ...seen.route, spec, metadata: { ...seen.route.metadata, managedFields } } }
  expect(observedOf(changed)).toMatchObject({ generation: 3, byHand: { at: Date.parse('2026-11-21T10:00:00Z') } })
  expect(observedOf(changed).fence).toBeGreaterThan(3 + 500)
  expect(observedOf(changed).wishHash).not.toBe(wishHash(split))
  expect(weights(changed)).toEqual([5_000, 5_000])
})

test('a pod that holds another config, is not ready, or was told to end counts as no ready replica', () => {
  const seen = heldAfter([first])
  const [arm] = seen.record.held.arms
  const ending = podOf(arm, 0)
  ending.metadata.deletionTimestamp = '2026-11-21T10:00:00Z'
  const pods = [ending, podOf({ ...arm, config: 'old' }, 1), podOf(arm, 2, [{ type: 'Ready', status: 'False' }]), podOf(arm, 3)]
  expect(observedOf({ ...seen, pods }).arms[0]).toMatchObject({
    ready: 1,
    replicas: [{ state: 'draining' }, { state: 'ready' }, { state: 'starting' }, { state: 'ready' }],
  })
})

test('pods that may not be made are told with the reason of their Deployment', () => {
  const seen = heldAfter([first])
  const [{ name }] = seen.record.held.arms
  const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: gpus' }]
  const deployments = [
    { metadata: { name, labels: {}, annotations: {}, managedFields: [] }, spec: { replicas: 2 }, status: { conditions } },
  ]
  expect(observedOf({ ...seen, deployments, pods: [] }).arms[0].replicas).toMatchObject([{ id: name, reason: 'exceeded quota: gpus' }])
})
