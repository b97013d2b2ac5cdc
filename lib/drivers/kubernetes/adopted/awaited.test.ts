import { expect, test } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import type { Hand } from '../clients'
import { ACCEPTED, heldAfter } from '../held.fixture'
import { observedOf, Route, type Seen } from '../observed'
import type { EndpointRecord } from '../record'
import { armOf, wishOf } from '../render/wish.fixture'
import { ServingSettings } from '../serving-settings'
import { rulesHash } from './adopted'
import { adoptedObject, sinceOf } from './follow'

const first = wishOf({ fence: 3 })
const split = wishOf({ fence: 3, generation: 2, arms: [armOf(1, { weight: 9_500 }), armOf(2, { weight: 500 })] })
const REFUSED = [{ type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', message: 'No Service.', observedGeneration: 7 }]

const rules = [{ backendRefs: [{ name: 'legacy', port: 80, weight: 1 }] }]
const given = ({ record: { endpointId } }: Seen) => ({ endpointId, share: 5_000, rewrite: false, theirs: rules[0] })

/** A route that was taken over while its endpoint was routed by generation `since`; its gateway says `conditions` of it, later than of the endpoint's own. */
function followed(seen: Seen, since: number, conditions: object[]): Seen {
  const adopted = { ...given(seen), since, rules: rulesHash(rules) }
  const { endpointId } = seen.record
  const route = Route.parse({
    metadata: {
      name: 'legacy',
      generation: 7,
      labels: { 'slipway.dev/endpoint': endpointId },
      annotations: { 'slipway.dev/adopted': JSON.stringify(adopted) },
      managedFields: [{ manager: 'gateway', subresource: 'status', time: '1970-01-01T00:00:09Z' }],
    },
    spec: { parentRefs: [{ name: 'public', namespace: 'gateways' }], rules },
    status: { parents: [{ parentRef: { name: 'public', namespace: 'gateways' }, conditions }] },
  })
  return { ...seen, adopted: [route] }
}

const told = ({ generation, acknowledgedAt, arms }: ReturnType<typeof observedOf>) => ({
  ...{ generation, acknowledgedAt },
  weights: arms.map(({ weight }) => weight),
})

test.each<[string, object[]]>([
  ['has not looked at it yet', []],
  ['refuses it', REFUSED],
])('a route that is taken over takes away no acknowledgement that its endpoint has: its gateway %s', (_what, conditions) => {
  expect(told(observedOf(followed(heldAfter([first]), 1, conditions)))).toEqual({ generation: 1, acknowledgedAt: 1_000, weights: [FULL] })
  expect(told(observedOf(followed(heldAfter([first, split]), 2, conditions)))).toMatchObject({ generation: 2, acknowledgedAt: 2_000 })
})

test('a later wish waits until the gateway takes the routes that follow it', () => {
  const waits = followed(heldAfter([first, split]), 1, [])
  expect(told(observedOf(waits))).toMatchObject({ generation: 1, weights: [FULL, 0] })
  const taken = followed(heldAfter([first, split]), 1, ACCEPTED)
  expect(told(observedOf(taken))).toMatchObject({ generation: 2, acknowledgedAt: 9_000, weights: [9_500, 500] })
})

test('a share that is taken while the route does not follow a wish yet, or is looked at, leaves that wish waiting for it', () => {
  const hand = { config: { namespace: 'n' }, settings: ServingSettings.parse({}) } as Hand
  const now = heldAfter([first, split])
  const services = new Set(now.record.held.arms.map(({ name }) => name))
  const takenBy = (record: EndpointRecord, conditions: object[]) => {
    const [route] = followed(now, 1, conditions).adopted
    const { spec, metadata } = adoptedObject(hand, route, { ...given(now), since: 1 }, record, services)
    return {
      ...route,
      spec: { ...(route.spec as object), ...(spec as object) },
      metadata: { ...route.metadata, annotations: metadata.annotations ?? {} },
    }
  }
  const due = (route: Route) => sinceOf(hand, route, now.record, services)
  expect(due(takenBy(now.record, ACCEPTED))).toBe(2)
  expect(due(takenBy(now.record, []))).toBe(1)
  expect(due(takenBy(heldAfter([first]).record, ACCEPTED))).toBe(1)
  // Nobody waits for one that was its owner's until now.
  const [route] = followed(now, 1, []).adopted
  expect(due({ ...route, metadata: { ...route.metadata, annotations: {} } })).toBe(2)
})

test('that a gateway refuses what was taken over is told, whatever was acknowledged', () => {
  const reasons = observedOf(followed(heldAfter([first]), 1, REFUSED)).arms[0].replicas.map(({ reason }) => reason)
  expect(reasons).toContainEqual('The gateway does not take the route: ResolvedRefs: BackendNotFound. No Service.')
})
