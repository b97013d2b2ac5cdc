import { expect, test } from 'vitest'
import { takeOverWords } from './take-over'
import { otherWriters, type Tool } from './writers'

const ROUTE = { kind: 'HTTPRoute', metadata: { name: 'production-fraud' } }

test('other tools that write to an object are named, those that write only its status are not', () => {
  const managedFields = [
    { manager: 'slipway', operation: 'Apply' },
    { manager: 'argocd-controller' },
    { manager: 'kustomize-controller' },
    { manager: 'flagger', subresource: 'status' },
  ]
  expect(otherWriters({ metadata: { managedFields, annotations: { 'meta.helm.sh/release-name': 'x' } } })).toEqual([
    'Argo CD',
    'Flux',
    'Helm',
  ])
  expect(otherWriters({ metadata: { managedFields: [{ manager: 'slipway' }] } })).toEqual([])
  expect(otherWriters(null)).toEqual([])
})

test.each<[Tool, object]>([
  ['Argo Rollouts', { labels: { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' } }],
  ['Argo Rollouts', { ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }] }],
  ['Flagger', { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }] }],
  ['KServe', { ownerReferences: [{ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' }] }],
  ['Flux Helm', { managedFields: [{ manager: 'helm-controller' }], annotations: { 'meta.helm.sh/release-name': 'x' } }],
])('%s is known by what it leaves on what it writes: %o', (tool, metadata) => {
  expect(otherWriters({ metadata })).toEqual([tool])
})

test('Argo CD is told exactly what to leave alone, and to leave it alone when it syncs', () => {
  expect(takeOverWords('Argo CD', ROUTE, 'models')).toContain(
    'spec.ignoreDifferences: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: models, name: production-fraud, ' +
      'jqPathExpressions: [.spec.rules], managedFieldsManagers: [slipway]}] and spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true].',
  )
})

test.each<[Tool, RegExp]>([
  ['Flux', /^Flux also writes to HTTPRoute production-fraud: .*kustomize\.toolkit\.fluxcd\.io\/ssa: IfNotPresent/],
  [
    'Flux Helm',
    /^Flux also .*driftDetection\.ignore: \[\{paths: \[\/spec\/rules\], target: \{kind: HTTPRoute, name: production-fraud\}\}\]/,
  ],
  ['Helm', /^Helm also .*helm\.sh\/resource-policy: keep/],
  ['Flagger', /delete the Canary .*kubectl -n models get canaries, then kubectl -n models delete canary NAME --cascade=orphan\.$/],
  ['Argo Rollouts', /out of spec\.strategy\.canary\.trafficRouting of the Rollout/],
  ['KServe', /delete the InferenceService/],
])('how to take an object over from %s is said', (tool, words) => {
  expect(takeOverWords(tool, ROUTE, 'models')).toMatch(words)
})
