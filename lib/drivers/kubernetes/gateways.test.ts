import { expect, test } from 'vitest'
import { failureOf } from './answer'
import type { Hand } from './clients'
import { gatewayWords, noMirrorHere, wrongMirror } from './gateways'
import { taken } from './record'
import { armOf, wishOf } from './render/wish.fixture'

const gateway = { name: 'public', namespace: 'gateways' }
const there = { ok: true, value: {} } as const
const status = (reason: string) => JSON.stringify({ kind: 'Status', reason })
const forbidden = failureOf(403, status('Forbidden'))

test('a cluster without Gateway API is told as such, also by a role that may not read gateways', () => {
  const notServed = failureOf(404, '404 page not found')
  expect(gatewayWords({ group: notServed, classes: forbidden, own: forbidden }, gateway)).toBe('no Gateway API: traffic cannot be split')
})

test('what the role may not read is called neither missing nor broken', () => {
  const words = gatewayWords({ group: there, classes: forbidden, own: forbidden }, gateway)
  expect(words).toBe(
    'gateway classes not looked at, as the role may not read it; gateway gateways/public not looked at, as the role may not read it',
  )
})

test('a gateway that is not there is told apart from one that is, and from one that could not be read just now', () => {
  const classes = { ok: true, value: [{ metadata: { name: 'envoy' } }] } as const
  const words = (own: typeof there | ReturnType<typeof failureOf> | null) => gatewayWords({ group: there, classes, own }, own && gateway)
  expect(words(failureOf(404, status('NotFound')))).toBe('gateway classes envoy; gateway gateways/public: there is none')
  expect(words(there)).toBe('gateway classes envoy; gateway gateways/public found')
  expect(words(failureOf(503, ''))).toBe('gateway classes envoy; gateway gateways/public not readable now')
  expect(words(null)).toBe('gateway classes envoy; no gateway set: routes attach to Services, for a mesh')
})

const FEATURES = ['HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteResponseHeaderModification']
/** A cluster whose Gateway is of the class `ours`. */
function answers(features: readonly unknown[] | undefined, controllerName = 'example.net/controller') {
  const ours = { metadata: { name: 'ours' }, spec: { controllerName }, status: { supportedFeatures: features } }
  const other = {
    metadata: { name: 'other' },
    spec: { controllerName: 'a/b' },
    status: { supportedFeatures: FEATURES.map((name) => ({ name })) },
  }
  return {
    group: there,
    classes: { ok: true, value: [other, ours] },
    own: { ok: true, value: { spec: { gatewayClassName: 'ours' } } },
  } as const
}

test('copies are sent where the class of the Gateway lists them with their share, in either form of the list', () => {
  expect(noMirrorHere(answers(FEATURES), gateway)).toBeNull()
  expect(noMirrorHere(answers(FEATURES.map((name) => ({ name }))), gateway)).toBeNull()
})

test('copies are sent by a controller that was seen to send them, and lists nothing', () => {
  expect(noMirrorHere(answers(undefined, 'gateway.envoyproxy.io/gatewayclass-controller'), gateway)).toBeNull()
})

test.each([
  ['lists nothing', undefined, /^gateway class ours does not list HTTPRouteRequestMirror and HTTPRouteRequestPercentageMirror$/],
  ['copies all or nothing', [{ name: FEATURES[0] }], /^gateway class ours does not list HTTPRouteRequestPercentageMirror$/],
  ['lists what is no list of features', [{ feature: FEATURES[0] }], /^gateway class ours does not list HTTPRouteRequestMirror and/],
])('no copies are sent by a gateway whose class %s', (_what, features, why) => {
  expect(noMirrorHere(answers(features), gateway)).toMatch(why)
})

test('where it cannot be seen whether a gateway copies, no copies are sent, and it is said why', () => {
  const seen = answers(FEATURES)
  expect(noMirrorHere({ ...seen, own: null }, null)).toMatch(/no gateway is set/)
  expect(noMirrorHere({ ...seen, own: forbidden }, gateway)).toBe('gateway gateways/public not looked at, as the role may not read it')
  expect(noMirrorHere({ ...seen, own: failureOf(404, status('NotFound')) }, gateway)).toBe('gateway gateways/public is not there')
  expect(noMirrorHere({ ...seen, classes: forbidden }, gateway)).toBe('gateway classes not looked at, as the role may not read it')
  expect(noMirrorHere({ ...seen, classes: { ok: true, value: [] } }, gateway)).toBe('gateway class ours is not there')
})

test('copies that are sent already keep no wish from being taken, whatever the gateway can by now: it may end a key, or bring back what is gone', async () => {
  const hand = { client: { get: async () => forbidden, list: async () => forbidden }, config: { gateway } } as unknown as Hand
  const candidate = armOf(2, { weight: 0 })
  const wish = wishOf({ arms: [armOf(1), candidate], mirror: { versionId: candidate.versionId, share: 1_000 } })
  const why = (record: Parameters<typeof wrongMirror>[2], asked = wish) => wrongMirror(hand, asked, record, AbortSignal.timeout(1_000))
  expect(await why(null)).toMatch(/^No copies of requests are sent here: gateway gateways\/public not looked at/)
  const sent = taken(null, wish, { blocked: false, at: 0 })
  expect(await why(sent, { ...wish, mirror: { versionId: candidate.versionId, share: 5_000 } })).toBeNull()
  expect(await why(sent, { ...wish, mirror: undefined })).toBeNull()
  expect(await why(taken(null, { ...wish, mirror: undefined }, { blocked: false, at: 0 }))).toMatch(/not looked at/)
})

test('a version that has requests of its own is refused copies, whatever the gateway can', async () => {
  const seen = answers(FEATURES)
  const hand = { client: { get: async () => seen.own, list: async () => seen.classes }, config: { gateway } } as unknown as Hand
  const asked = (weight: number) => {
    const candidate = armOf(2, { weight })
    const wish = wishOf({ arms: [armOf(1), candidate], mirror: { versionId: candidate.versionId, share: 1_000 } })
    return wrongMirror(hand, wish, null, AbortSignal.timeout(1_000))
  }
  expect(await asked(0)).toBeNull()
  expect(await asked(500)).toMatch(/cannot tell them apart/)
})
