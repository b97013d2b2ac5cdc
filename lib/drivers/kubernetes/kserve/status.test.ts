import { expect, test } from 'vitest'
import { LABELS } from '../render/names'
import { InferenceService, troubleOf, troublesOf } from './status'

function saying(status: object, annotations: Record<string, string> = {}): InferenceService {
  const spec = { predictor: { labels: { [LABELS.name]: 'fraud-v2' } } }
  return InferenceService.parse({ metadata: { name: 'v2', annotations }, spec, status })
}
const ready = (status: string, reason: string, message = '') => ({ conditions: [{ type: 'PredictorReady', status, reason, message }] })

test('a version that KServe runs has no trouble, and what its pods say themselves is not said twice', () => {
  expect(troubleOf(saying({ deploymentMode: 'Standard', ...ready('True', 'MinimumReplicasAvailable') }), true)).toBeNull()
  expect(troubleOf(saying({ deploymentMode: 'RawDeployment', ...ready('False', 'MinimumReplicasUnavailable') }), true)).toBeNull()
})

test.each([
  ['that KServe never took up', {}, /has not taken up InferenceService v2: does its controller run/],
  ['of which it says why it makes no Deployment', ready('False', 'Failed', 'quota'), /does not run InferenceService v2: Failed: quota\./],
])('a version without a Deployment %s says so', (_what, status, words) => {
  expect(troubleOf(saying(status), false)).toMatch(words)
})

test('a version that KServe cannot change says so, although its old Deployment is there', () => {
  expect(troubleOf(saying(ready('False', 'ReconcileFailed', 'forbidden')), true)).toMatch(/ReconcileFailed: forbidden/)
})

test('one that KServe runs by Knative says so: what once stood in its status counts for KServe, and not our annotation', () => {
  expect(troubleOf(saying({ deploymentMode: 'Knative' }), true)).toMatch(/by Knative, and Slipway needs Standard: delete it/)
})

test('one that a person stopped by KServe’s annotation says which', () => {
  expect(troubleOf(saying({}, { 'serving.kserve.io/stop': 'true' }), true)).toMatch(/serving.kserve.io\/stop: take that away/)
})

test('that KServe calls it ready, or has observed a generation, is never asked: it says so of one replica of many, and of its Deployment’s generation', () => {
  const lies = { observedGeneration: 99, ...ready('True', 'MinimumReplicasAvailable') }
  expect(troublesOf([saying(lies)], new Set())).toEqual(new Map())
  expect(Object.keys(saying(lies).status).sort()).toEqual(['conditions', 'deploymentMode'])
})

test('troubles are told by the versions’ own names', () => {
  expect([...troublesOf([saying({})], new Set(['fraud-v1'])).keys()]).toEqual(['fraud-v2'])
})
