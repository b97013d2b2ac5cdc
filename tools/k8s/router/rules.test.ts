import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backendOf, filtered, type Route, type Rule, ruleFor } from './rules'

const PATH = '/production/v2/models/fraud'
const to = (name: string, over: Partial<Rule> = {}): Rule => ({
  matches: [{ path: { type: 'PathPrefix', value: PATH } }],
  backendRefs: [{ name }],
  ...over,
})

function routeOf(rules: Rule[], hostnames?: string[]): Route {
  return { metadata: { name: 'r', namespace: 'n', uid: 'u', generation: 1 }, spec: { rules, ...(hostnames ? { hostnames } : {}) } }
}

function routed(routes: Route[], path: string, headers: Record<string, string> = {}, host = 'models.example.org'): string | undefined {
  return ruleFor(routes, { method: 'POST', host, path, headers })?.rule.backendRefs?.[0].name
}

test('a prefix takes whole parts of a path, the longest first, and one more header before one fewer, whatever their order', () => {
  const pinned = to('pinned', {
    matches: [{ path: { type: 'PathPrefix', value: PATH }, headers: [{ name: 'x-slipway-arm', value: 'candidate' }] }],
  })
  const root = to('root', { matches: [{ path: { type: 'PathPrefix', value: '/production' } }] })
  for (const rules of [
    [root, to('all'), pinned],
    [pinned, to('all'), root],
  ]) {
    const routes = [routeOf(rules)]
    expect(routed(routes, `${PATH}/infer`)).toBe('all')
    expect(routed(routes, PATH)).toBe('all')
    expect(routed(routes, `${PATH}-2/infer`)).toBe('root')
    expect(routed(routes, `${PATH}/infer`, { 'x-slipway-arm': 'candidate' })).toBe('pinned')
    expect(routed(routes, `${PATH}/infer`, { 'x-slipway-arm': 'live' })).toBe('all')
    expect(routed(routes, '/elsewhere')).toBeUndefined()
  }
})

test.each([
  [['models.example.org'], 'all'],
  [['*.example.org'], 'all'],
  [['other.example.org'], undefined],
])('a route for %j answers no other host', (hostnames, expected) => {
  expect(routed([routeOf([to('all')], hostnames)], PATH)).toBe(expected)
})

test('draws that are spread evenly reach each backend by its weight, and never one without', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (weight) => {
      const backendRefs = [
        { name: 'live', weight: 10_000 - weight },
        { name: 'next', weight },
      ]
      const drawn = Array.from({ length: 10_000 }, (_, i) => backendOf({ backendRefs }, (i + 0.5) / 10_000)?.name)
      expect(drawn.filter((name) => name === 'next')).toHaveLength(weight)
    }),
    { numRuns: 20 },
  )
  expect(backendOf({ backendRefs: [{ name: 'live', weight: 0 }] }, 0.5)).toBeNull()
  expect(backendOf({}, 0)).toBeNull()
})

test('what a rule sets stands over what a caller said, and the prefix is rewritten with the rest kept', () => {
  const rule = to('all', {
    filters: [
      { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2/models/fraud' } } },
      {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: { set: [{ name: 'X-Slipway-Generation', value: '7' }], remove: ['x-secret'] },
      },
    ],
  })
  const headers = { 'x-slipway-generation': '99', 'x-secret': 'a', 'content-type': 'application/json' }
  expect(filtered({ rule, prefix: PATH }, { path: `${PATH}/infer`, headers })).toEqual({
    path: '/v2/models/fraud/infer',
    headers: { 'x-slipway-generation': '7', 'content-type': 'application/json' },
  })
})

test('a filter that is not known is not left out: the request fails', () => {
  const rule = to('all', { filters: [{ type: 'RequestMirror' }] })
  expect(() => filtered({ rule, prefix: PATH }, { path: PATH, headers: {} })).toThrow('knows no filter RequestMirror')
})
