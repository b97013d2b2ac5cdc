import { describe, expect, test } from 'vitest'
import { Route } from '../observed'
import { rulesHash } from './adopted'
import { foundRoute } from './found'
import type { Surroundings } from './obstacles'
import { ForeignDeployment, ForeignService, ForeignSpec } from './parts'

const LABELS = { app: 'legacy' }
const around: Surroundings = {
  config: { mode: 'gateway', namespace: 'models', gateway: { name: 'public', namespace: 'gateways' } },
  services: new Map(
    [
      { metadata: { name: 'legacy' }, spec: { selector: LABELS } },
      { metadata: { name: 'bare' }, spec: {} },
    ].map((each) => [each.metadata.name, ForeignService.parse(each)]),
  ),
  deployments: [
    ForeignDeployment.parse({
      metadata: { name: 'legacy', labels: { 'argocd.argoproj.io/instance': 'models' } },
      spec: { replicas: 3, template: { metadata: { labels: { ...LABELS, tier: 'web' } }, spec: { containers: [{ image: 'fraud:7' }] } } },
      status: { readyReplicas: 2 },
    }),
  ],
}

const PARENT = { name: 'public', namespace: 'gateways' }
const RULE = { matches: [{ path: { type: 'PathPrefix', value: '/fraud' } }], backendRefs: [{ name: 'legacy', port: 80 }] }
const ACCEPTED = ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: 'True', observedGeneration: 1 }))

function found(spec: object, over: { metadata?: object; status?: object } = {}, surroundings = around) {
  const whole = { parentRefs: [PARENT], hostnames: ['fraud.example.org'], rules: [RULE], ...spec }
  const status = { parents: [{ parentRef: PARENT, conditions: ACCEPTED }] }
  const metadata = { name: 'legacy', generation: 1, ...over.metadata }
  const route = Route.parse({ metadata, spec: whole, status: over.status ?? status })
  return foundRoute(route, ForeignSpec.parse(whole), surroundings)
}

test('a plain route is told with what it matches, its shares, what runs behind it and who writes that, and nothing is in the way', () => {
  const rule = {
    ...RULE,
    backendRefs: [
      { name: 'legacy', port: 80, weight: 3 },
      { name: 'legacy', weight: 1 },
    ],
  }
  const legacy = { name: 'legacy', images: ['fraud:7'], ready: 2, wanted: 3, writers: ['Argo CD'] }
  expect(found({ rules: [rule] })).toEqual({
    name: 'legacy',
    seen: expect.any(String),
    adopted: null,
    hostnames: ['fraud.example.org'],
    rules: [
      {
        matches: 'paths under /fraud',
        backends: [
          { service: 'legacy', port: 80, share: 7_500, deployments: [legacy] },
          { service: 'legacy', port: null, share: 2_500, deployments: [legacy] },
        ],
      },
    ],
    obstacles: [],
    writers: [],
  })
})

test('another writer is named with the exact words of how to take the route over from it', () => {
  const metadata = { annotations: { 'argocd.argoproj.io/tracking-id': 'models:gateway.networking.k8s.io/HTTPRoute:models/legacy' } }
  expect(found({}, { metadata }).writers).toEqual([
    {
      tool: 'Argo CD',
      words: expect.stringContaining('kind: HTTPRoute, namespace: models, name: legacy, jqPathExpressions: [.spec.rules]'),
    },
  ])
})

test('a route that KServe made is not taken over: it is put back, and goes with its InferenceService; what would be right is said', () => {
  const metadata = { ownerReferences: [{ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' }] }
  const { obstacles, writers } = found({}, { metadata })
  expect(obstacles).toEqual([expect.stringMatching(/^KServe made it for an InferenceService, and puts back/)])
  expect(writers).toEqual([{ tool: 'KServe', words: expect.stringMatching(/ Make a route of your own to the same Service instead: /) }])
  expect(writers[0].words).not.toContain('delete')
})

test('on a cluster that is driven through KServe it is said of every route that it cannot be taken over', () => {
  const through: Surroundings = { ...around, config: { ...around.config, mode: 'kserve' } }
  expect(found({}, {}, through).obstacles).toEqual([expect.stringMatching(/^Models run by KServe here/)])
})

test.each([
  ['the label', { labels: { 'app.kubernetes.io/managed-by': 'slipway' } }],
  ['the record', { annotations: { 'slipway.dev/record': '{}' } }],
])('a route that was copied from an endpoint’s own, with %s of one, is not taken over', (_mark, metadata) => {
  expect(found({}, { metadata }).obstacles).toEqual([expect.stringMatching(/^It bears the .*take that away first\.$/)])
})

describe('what is in the way is said', () => {
  const rule = (over: object) => ({ rules: [{ ...RULE, ...over }] })
  test.each<[string, object, RegExp]>([
    ['two rules', { rules: [RULE, RULE] }, /^It has 2 rules: .* Make one route of each\.$/],
    ['no rule', { rules: [] }, /^It has no rule\.$/],
    ['a filter that is not known', rule({ filters: [{ type: 'RequestMirror' }] }), /^Its filter RequestMirror is not known/],
    ['callers bound to a backend', rule({ sessionPersistence: { sessionName: 'a' } }), /sessionPersistence/],
    ['our own header', rule({ matches: [{ headers: [{ name: 'X-Slipway-Arm', value: 'live' }] }] }), /x-slipway-arm/],
    ['no backend', rule({ backendRefs: [] }), /^It has no backend\.$/],
    ['backends that get nothing', rule({ backendRefs: [{ name: 'legacy', weight: 0 }] }), /^Its backends all have the weight 0/],
    ['a backend of another kind', rule({ backendRefs: [{ kind: 'ServiceImport', name: 'x' }] }), /^Its backend x is a ServiceImport/],
    [
      'a backend elsewhere',
      rule({ backendRefs: [{ name: 'x', namespace: 'other' }] }),
      /in the namespace other: Slipway works in models only/,
    ],
    ['a Service that is not there', rule({ backendRefs: [{ name: 'gone' }] }), /^There is no Service gone/],
    ['no Deployment', rule({ backendRefs: [{ name: 'bare' }] }), /^No Deployment is behind the Service bare/],
    ['another gateway beside', { parentRefs: [PARENT, { name: 'internal' }] }, /^It also hangs on Gateway internal/],
  ])('%s', (_what, spec, words) => {
    const { obstacles } = found(spec)
    expect(obstacles).toContainEqual(expect.stringMatching(words))
  })

  test('what the gateway refuses, has not said, and what is being deleted', () => {
    const refused = [{ ...ACCEPTED[0], status: 'False', reason: 'NoMatchingParent', message: '' }, ACCEPTED[1]]
    expect(found({}, { status: { parents: [{ parentRef: PARENT, conditions: refused }] } }).obstacles).toEqual([
      expect.stringMatching(/does not take it.*NoMatchingParent/),
    ])
    expect(found({}, { status: {} }).obstacles).toEqual([expect.stringMatching(/has not accepted/)])
    expect(found({}, { metadata: { deletionTimestamp: '2026-11-22T00:00:00Z' } }).obstacles).toEqual(['It is being deleted.'])
  })
})

describe('of a route that was adopted', () => {
  const told = (rules: ReturnType<typeof found>['rules']) =>
    rules.map(({ matches, backends }) => ({ matches, shares: backends.map(({ service, share }) => [service, share]) }))
  const ENDPOINT = '01900000-0000-7000-8000-0000000000ee'
  const labels = { 'slipway.dev/endpoint': ENDPOINT }
  const backend = (name: string, weight: number) => ({ name, port: 80, weight })
  const pinned = [{ path: RULE.matches[0].path, headers: [{ name: 'x-slipway-arm', value: 'live' }] }]
  const mixed = [
    { ...RULE, backendRefs: [backend('v1', 250_000), backend('legacy', 750_000)] },
    { matches: pinned, backendRefs: [backend('v1', 1)] },
  ]
  const remembered = (rules: unknown) => ({
    'slipway.dev/adopted': JSON.stringify({ endpointId: ENDPOINT, share: 2_500, rewrite: false, theirs: RULE, rules: rulesHash(rules) }),
  })

  test('the share is told, and its owner’s backends by what is left to them', () => {
    const { adopted, rules } = found({ rules: mixed }, { metadata: { labels, annotations: remembered(mixed) } })
    expect(adopted).toMatchObject({ endpointId: ENDPOINT, share: 2_500, leftAlone: null })
    expect(told(rules)).toEqual([{ matches: 'paths under /fraud', shares: [['legacy', 7_500]] }])
  })

  test.each<[string, object, RegExp]>([
    ['whose annotation was taken away', {}, /^HTTPRoute legacy lacks the annotation slipway\.dev\/adopted, /],
    [
      'whose annotation was changed',
      { 'slipway.dev/adopted': '{}' },
      /^HTTPRoute legacy bears the annotation slipway\.dev\/adopted, .* not as Slipway wrote it/,
    ],
    ['whose rules were changed', remembered([RULE]), /^another hand changed the rules of HTTPRoute legacy/],
  ])('%s no share is told as known, and its backends are those of the rules that stand there', (_how, annotations, words) => {
    const { adopted, rules } = found({ rules: mixed }, { metadata: { labels, annotations } })
    expect(adopted).toMatchObject({ endpointId: ENDPOINT, share: null, leftAlone: expect.stringMatching(words) })
    const shares = [
      ['v1', 2_500],
      ['legacy', 7_500],
    ]
    expect(told(rules)).toEqual([{ matches: 'paths under /fraud', shares }])
  })
})
