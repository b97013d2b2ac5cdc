import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import { recordArms } from '../record'
import { armOf, wishOf } from '../render/wish.fixture'
import type { TheirRule } from './adopted'
import { mixedRules, type Routing } from './mixed'

const [live, candidate] = recordArms(wishOf({ arms: [armOf(1, { weight: 7_500 }), armOf(2, { weight: 2_500 })] }))
const ROUTING: Routing = { generation: 7, observe: null, arms: [live, candidate], mirror: null, pins: [live], path: '/v2/models/fraud' }
const THEIRS: TheirRule = {
  matches: [{ path: { type: 'PathPrefix', value: '/legacy' }, headers: [{ type: 'Exact', name: 'x-team', value: 'risk' }] }],
  filters: [
    {
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { set: [{ name: 'x-theirs', value: '1' }], remove: ['X-Slipway-Roles', 'x-old'] },
    },
    { type: 'URLRewrite', urlRewrite: { hostname: 'in.example.org', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
  ],
  timeouts: { request: '10s' },
  backendRefs: [
    { name: 'old', port: 80, weight: 3 },
    { name: 'older', port: 80, weight: 1 },
  ],
}
const mixed = (share: number, over: { rewrite?: boolean; routing?: Partial<Routing> } = {}) =>
  mixedRules({ share, rewrite: over.rewrite ?? false, theirs: THEIRS }, { ...ROUTING, ...over.routing }) as TheirRule[]

const weights = ({ backendRefs }: TheirRule) => Object.fromEntries(backendRefs.map(({ name, weight }) => [name, weight]))

test('at a share of nothing their rule stands as it was, and only pinned requests reach us', () => {
  const [theirs, pinned] = mixed(0)
  expect(theirs).toEqual(THEIRS)
  expect(pinned.matches?.[0].headers).toEqual([
    { type: 'Exact', name: 'x-team', value: 'risk' },
    { type: 'Exact', name: 'x-slipway-arm', value: 'live' },
  ])
  expect(weights(pinned)).toEqual({ [live.name]: 1 })
  expect(pinned.timeouts).toEqual({ request: '10s' })
})

test('a share goes to the versions by their weights, and the rest to what answered before by theirs', () => {
  expect(weights(mixed(2_000)[0])).toEqual({ [live.name]: 150_000, [candidate.name]: 50_000, old: 600_000, older: 200_000 })
  expect(weights(mixed(FULL)[0])).toEqual({ [live.name]: 750_000, [candidate.name]: 250_000 })
})

test('of a rule that has a name only their own rule keeps it: a name stands once in a route', () => {
  const named = mixedRules({ share: 1_000, rewrite: false, theirs: { ...THEIRS, name: 'fraud' } }, ROUTING)
  expect(named.map((rule) => (rule as { name?: string }).name)).toEqual(['fraud', undefined])
})

test('whatever the weights, a version gets its share of the requests within a ten-thousandth, and none above what Kubernetes takes', () => {
  const share = fc.integer({ min: 1, max: FULL })
  fc.assert(
    fc.property(share, fc.integer({ min: 0, max: FULL }), (ours, weight) => {
      const arms = [
        { ...live, weight: FULL - weight },
        { ...candidate, weight },
      ]
      const refs = mixed(ours, { routing: { arms } })[0].backendRefs
      const total = refs.reduce((sum, each) => sum + each.weight, 0)
      for (const arm of arms) {
        const got = (refs.find(({ name }) => name === arm.name)?.weight ?? 0) / total
        expect(Math.abs(got - (ours / FULL) * (arm.weight / FULL))).toBeLessThan(1e-4)
      }
      expect(Math.max(...refs.map((each) => each.weight))).toBeLessThanOrEqual(1_000_000)
      expect(refs.every((each) => Number.isInteger(each.weight))).toBe(true)
    }),
  )
})

test('each request that reaches a version says to what it was assigned; of their filters all else stays', () => {
  const [rule] = mixed(FULL)
  const [rewrite, headers] = rule.filters ?? []
  expect(rewrite).toEqual(THEIRS.filters?.[1])
  expect(headers).toEqual({
    type: 'RequestHeaderModifier',
    requestHeaderModifier: {
      set: [
        { name: 'x-theirs', value: '1' },
        { name: 'x-slipway-generation', value: '7' },
        { name: 'x-slipway-roles', value: `${live.versionId}=live,${candidate.versionId}=candidate` },
        { name: 'x-slipway-observe', value: 'none' },
      ],
      remove: ['x-old'],
    },
  })
})

test('with the model’s own path the matched prefix becomes that, and a rewritten host name stays', () => {
  const rewrite = mixed(FULL, { rewrite: true }).map(({ filters }) => filters?.find(({ type }) => type === 'URLRewrite')?.urlRewrite)
  const expected = { hostname: 'in.example.org', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2/models/fraud' } }
  expect(rewrite).toEqual([expected, expected])
})

describe('an endpoint without a version that is routed to', () => {
  test('takes nothing: their rule stands as it was', () => {
    expect(mixed(FULL, { routing: { arms: [{ ...live, weight: 0 }], pins: [] } })).toEqual([THEIRS])
  })
})
