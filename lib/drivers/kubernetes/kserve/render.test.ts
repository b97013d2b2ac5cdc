import { expect, test } from 'vitest'
import { endpointName, LABELS, shortHash, versionName } from '../render/names'
import type { KubeObject } from '../render/object'
import { renderObjects } from '../render/render'
import { armOf, servingWith, wishOf } from '../render/wish.fixture'
import { asWorkload, inferenceName, withInferenceServices } from './render'

const rendered = (wish = wishOf(), replicas?: number) =>
  renderObjects({ wish, namespace: 'models', serving: servingWith(), replicas: (arm) => replicas ?? arm.replicas })
const ofKind = (objects: readonly KubeObject[], kind: string) => objects.filter((each) => each.kind === kind)
const two = (weight: number) => [armOf(1, { weight: 10_000 - weight }), armOf(2, { weight })]
const served = (objects: readonly KubeObject[]) => ofKind(withInferenceServices(objects), 'InferenceService')
const predictorOf = (object: KubeObject) => (object.spec as { predictor: Record<string, unknown> }).predictor

test('each version has an InferenceService in the place of its Deployment, and all else is as without KServe', () => {
  const objects = rendered(wishOf({ arms: two(500) }))
  const through = withInferenceServices(objects)
  expect(through.map(({ kind }) => kind)).toEqual(objects.map(({ kind }) => (kind === 'Deployment' ? 'InferenceService' : kind)))
  for (const kind of ['Secret', 'ConfigMap', 'PodDisruptionBudget']) expect(ofKind(through, kind)).toEqual(ofKind(objects, kind))
  expect(ofKind(through, 'Service').map(({ spec }) => spec)).toEqual(ofKind(objects, 'Service').map(({ spec }) => spec))
})

test('the pods are those of a Deployment of ours, to the last field: artifact, probes, token and security; only KServe’s own name for the container is another', () => {
  const objects = rendered()
  const [deployment] = ofKind(objects, 'Deployment')
  const { template } = deployment.spec as { template: { metadata: { labels: object }; spec: { containers: object[] } } }
  const { minReplicas, labels, deploymentStrategy, containers, ...pod } = predictorOf(served(objects)[0])
  expect({ ...pod, containers }).toEqual({
    ...template.spec,
    containers: template.spec.containers.map((each) => ({ ...each, name: 'kserve-container' })),
  })
  expect(labels).toEqual({ ...template.metadata.labels, [LABELS.name]: deployment.metadata.name })
  expect({ minReplicas, deploymentStrategy }).toEqual({
    minReplicas: 2,
    deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  })
})

test('KServe is asked for a plain Deployment, a fixed number of replicas, and no route: its own would say no generation, and so nothing that it routed would be evidence', () => {
  const [{ metadata, spec }] = served(rendered())
  expect(metadata.annotations).toMatchObject({
    'serving.kserve.io/deploymentMode': 'RawDeployment',
    'serving.kserve.io/autoscalerClass': 'none',
  })
  expect(metadata.labels).toMatchObject({ 'networking.kserve.io/visibility': 'cluster-local' })
  expect(Object.keys(spec as object)).toEqual(['predictor'])
})

test('KServe’s own splits are never written: spec.canary reaches no route in v0.20.0, and canaryTrafficPercent is ignored beside Deployments', () => {
  expect(JSON.stringify(served(rendered(wishOf({ arms: two(2_500) }))))).not.toMatch(/canary|trafficPercent/i)
})

test('a weight, a promotion and a return change no InferenceService: none of them needs KServe, and no pod is made anew', () => {
  const canary = served(rendered(wishOf({ arms: two(500) })))
  const promoted = [armOf(2, { role: 'live', weight: 10_000 }), armOf(1, { role: 'candidate', weight: 0 })]
  expect(served(rendered(wishOf({ arms: two(5_000), generation: 2, fence: 9, salt: 'other' })))).toEqual(canary)
  expect(served(rendered(wishOf({ arms: promoted, generation: 3 }))).reverse()).toEqual(canary)
  expect(served(rendered(wishOf({ arms: [armOf(1)], generation: 4 })))).toEqual([canary[0]])
})

test('more replicas change the number alone: what KServe copies to the pods stays, so that none is made anew', () => {
  const [before] = served(rendered())
  const [after] = served(rendered(wishOf(), 5))
  expect(predictorOf(after)).toEqual({ ...predictorOf(before), minReplicas: 5 })
  expect(after.metadata).toEqual(before.metadata)
})

test('the version’s own Service says by its hash how the InferenceService was rendered', () => {
  const hashes = [rendered(), rendered(wishOf(), 5), rendered(wishOf({ arms: [armOf(1, { digest: 'e'.repeat(64) })] }))].map(
    (objects) => ofKind(withInferenceServices(objects), 'Service').at(-1)?.metadata.annotations?.['slipway.dev/rendered'],
  )
  expect(new Set(hashes).size).toBe(3)
  expect(hashes).not.toContain(undefined)
})

test('KServe’s copies of its labels never look like our route: the endpoint’s label stands on the predictor, which routes are not given', () => {
  const [{ metadata }] = served(rendered())
  expect(Object.keys(metadata.labels ?? {})).not.toContain(LABELS.endpoint)
  expect(Object.keys(metadata.labels ?? {})).not.toContain(LABELS.managedBy)
})

test('an InferenceService’s name is short, KServe’s own words and a namespace fit behind it, and logs know it by the endpoint', () => {
  const wish = wishOf({ environment: 'e'.repeat(60), model: 'm'.repeat(100) })
  const name = inferenceName(versionName(endpointName(wish), { number: 999_999_999, versionId: wish.arms[0].versionId }))
  expect(name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
  expect(name.length).toBeLessThanOrEqual(32)
  expect(`isvc.${name}-predictor`.length).toBeLessThanOrEqual(63)
  expect(`${name}-`).toContain(`-${shortHash(wish.endpointId)}-`)
  expect(() => inferenceName('other')).toThrow(/no version's name/)
})

test('what quotas are asked for is what the Deployment would need', () => {
  const objects = rendered()
  const [deployment] = ofKind(objects, 'Deployment')
  const { replicas, template } = deployment.spec as { replicas: number; template: { spec: { containers: { resources: object }[] } } }
  expect(asWorkload(served(objects)[0])).toMatchObject({
    kind: 'Deployment',
    spec: { replicas, template: { spec: { containers: [{ resources: template.spec.containers[0].resources }] } } },
  })
})
