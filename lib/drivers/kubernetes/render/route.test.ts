import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ASSIGNED_HEADERS, readAssigned } from '@/lib/serving/assigned'
import { recordArms } from '../record'
import { acceptance, routeHash, routeWeights } from '../route-facts'
import { type RouteInput, renderRoute } from './route'
import { armOf, wishOf } from './wish.fixture'

const endpoint = wishOf()

function input(over: Partial<RouteInput> = {}): RouteInput {
  const arms = recordArms(wishOf({ arms: [armOf(1, { weight: 9_500 }), armOf(2, { weight: 500 })] }))
  const parent = { gateway: { name: 'public', namespace: 'gateways' }, hostname: null }
  return {
    name: 'r',
    service: 's',
    namespace: 'slipway',
    endpoint,
    parent,
    serverPath: '/v2/models/fraud',
    generation: 7,
    observe: null,
    arms,
    mirror: null,
    pins: arms,
    removed: false,
    ...over,
  }
}

interface Spec {
  parentRefs: object[]
  rules: {
    matches: { headers?: { value: string }[] }[]
    filters: { type: string; requestMirror?: object; requestHeaderModifier?: { set: { name: string; value: string }[] } }[]
    backendRefs: { name: string; weight: number }[]
  }[]
}
const specOf = (over: Partial<RouteInput> = {}) => renderRoute(input(over)).spec as Spec

test('one rule carries all weights in basis points, and one per arm a pinned request', () => {
  const [all, ...pins] = specOf().rules
  const [live, candidate] = input().arms
  expect(all.backendRefs.map(({ name, weight }) => [name, weight])).toEqual([
    [live.name, 9_500],
    [candidate.name, 500],
  ])
  expect(pins.map(({ matches, backendRefs }) => [matches[0].headers?.[0].value, backendRefs[0].name])).toEqual([
    ['live', live.name],
    ['candidate', candidate.name],
  ])
})

/** What a rule writes on the requests it assigns, as a version's pods read it. */
function read(rule: Spec['rules'][number], number: number) {
  const set = rule.filters.flatMap(({ requestHeaderModifier }) => requestHeaderModifier?.set ?? [])
  return readAssigned(Object.fromEntries(set.map(({ name, value }) => [name, value])), armOf(number).versionId)
}

test('every request is told by which generation and role it was assigned, over what its caller said, and each version reads its own', () => {
  const [all, live, candidate] = specOf({ observe: 'k1' }).rules
  expect(read(all, 1)).toEqual({ generation: 7, role: 'live', observe: 'k1' })
  expect(read(all, 2)).toEqual({ generation: 7, role: 'candidate', observe: 'k1' })
  expect(read(all, 3)).toBeNull()
  expect([read(live, 1), read(live, 2)]).toMatchObject([{ role: 'pinned' }, null])
  expect([read(candidate, 1), read(candidate, 2)]).toMatchObject([null, { role: 'pinned' }])
  const names = (rule: Spec['rules'][number]) =>
    rule.filters.flatMap((each) => each.requestHeaderModifier?.set.map(({ name }) => name) ?? [])
  // None may be left out: a caller's own would then be believed.
  for (const rule of [...specOf().rules, ...specOf({ arms: [] }).rules]) expect(names(rule)).toEqual(Object.values(ASSIGNED_HEADERS))
})

test('a version that gets copies is not counted as candidate: it cannot tell them from requests that are meant for it', () => {
  const [all] = specOf({ mirror: { versionId: armOf(2).versionId, share: 1_000 } }).rules
  expect([read(all, 1), read(all, 2)]).toMatchObject([{ role: 'live' }, { role: 'shadow' }])
})

test('a version that gets copies and no request of its own is told so too: else it would count them as pinned, and answer them with predictions', () => {
  const arms = recordArms(wishOf({ arms: [armOf(1), armOf(2, { weight: 0 })] }))
  const [all] = specOf({ arms, pins: arms, mirror: { versionId: armOf(2).versionId, share: 1_000 } }).rules
  expect([read(all, 1), read(all, 2)]).toMatchObject([{ role: 'live' }, { role: 'shadow' }])
  expect(all.backendRefs).toHaveLength(1)
})

test('an arm without weight or without a Service is named nowhere else', () => {
  const arms = recordArms(wishOf({ arms: [armOf(1), armOf(2)] }))
  const { rules } = specOf({ arms, pins: arms.slice(0, 1) })
  expect(rules.flatMap(({ backendRefs }) => backendRefs.map(({ name }) => name))).toEqual([arms[0].name, arms[0].name])
})

test('copies are a filter of the rule with the weights, by their share', () => {
  const mirror = { versionId: armOf(2).versionId, share: 1_000 }
  const filters = specOf({ mirror }).rules.map((rule) => rule.filters.filter(({ type }) => type === 'RequestMirror'))
  expect(filters[0]).toMatchObject([
    { requestMirror: { backendRef: { name: input().arms[1].name }, fraction: { numerator: 1_000, denominator: 10_000 } } },
  ])
  expect(filters.slice(1)).toEqual([[], []])
})

test('a removed endpoint is attached to nothing; without a gateway a route is attached to the stable Service', () => {
  expect(specOf({ removed: true })).toMatchObject({ parentRefs: [], rules: [{ backendRefs: [] }] })
  expect(specOf({ parent: { gateway: null, hostname: null } }).parentRefs).toEqual([
    { group: '', kind: 'Service', namespace: 'slipway', name: 's', port: 80 },
  ])
})

test('what is read back of a route are the weights that were written, whatever they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (weight) => {
      const arms = recordArms(wishOf({ arms: [armOf(1, { weight: 10_000 - weight }), armOf(2, { weight })] }))
      expect([...routeWeights(specOf({ arms, pins: arms }), arms).values()]).toEqual([10_000 - weight, weight])
    }),
  )
})

test('the hash of the rules does not change by what an API server fills in, and does by every change of a hand', () => {
  const spec = specOf()
  const hash = routeHash(spec)
  const filled = structuredClone(spec) as Spec & { rules: { matches: { method?: string; queryParams?: [] }[]; retry?: object }[] }
  filled.rules[0].matches[0].queryParams = []
  expect(routeHash({ ...filled, hostnames: undefined })).toBe(hash)
  const change = (by: (spec: Spec) => unknown) => {
    const other = structuredClone(spec)
    by(other)
    return routeHash(other)
  }
  const hands = [
    change((it) => Object.assign(it.rules[0].backendRefs[1], { weight: 501 })),
    change((it) => it.rules[0].backendRefs.push({ name: 'other', weight: 1 })),
    change((it) => it.rules.pop()),
    change((it) => Object.assign(it, { parentRefs: [] })),
    change((it) => it.rules[0].filters.pop()),
    change((it) => Object.assign(it.rules[0].filters[1].requestHeaderModifier?.set[0] ?? {}, { value: '8' })),
  ]
  expect(new Set([hash, ...hands]).size).toBe(7)
})

test.each([
  [
    'all said of this generation',
    [
      { type: 'Accepted', status: 'True', observedGeneration: 3 },
      { type: 'ResolvedRefs', status: 'True', observedGeneration: 3 },
    ],
    'accepted',
  ],
  [
    'said of an earlier generation',
    [
      { type: 'Accepted', status: 'True', observedGeneration: 2 },
      { type: 'ResolvedRefs', status: 'True', observedGeneration: 2 },
    ],
    'pending',
  ],
  ['one condition is missing', [{ type: 'Accepted', status: 'True', observedGeneration: 3 }], 'pending'],
  [
    'refused of this generation',
    [
      { type: 'Accepted', status: 'True', observedGeneration: 3 },
      { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', observedGeneration: 3 },
    ],
    'refused',
  ],
  ['refused of an earlier one', [{ type: 'Accepted', status: 'False', observedGeneration: 2 }], 'pending'],
  ['rubbish', 'rubbish', 'pending'],
])('a route is accepted only by its own parent and generation: %s', (_what, conditions, kind) => {
  const parents = [{ parentRef: { name: 'public', namespace: 'gateways' }, controllerName: 'x', conditions }]
  expect(acceptance({ metadata: { generation: 3 }, spec: specOf(), status: { parents } }).kind).toBe(kind)
  const others = [{ parentRef: { name: 'other' }, conditions: [] }]
  expect(acceptance({ metadata: { generation: 3 }, spec: specOf(), status: { parents: others } }).kind).toBe('pending')
})
