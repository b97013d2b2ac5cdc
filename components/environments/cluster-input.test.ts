import { expect, test } from 'vitest'
import { refusalOf } from '@/components/ui/refusal'
import { KubernetesUse } from '@/lib/clusters/kubernetes-schema'
import { AddCluster, EditCluster } from '@/lib/clusters/schema'
import { clusterInput } from './cluster-input'

const kubernetes: [string, string][] = [
  ['driver', 'kubernetes'],
  ['location', 'cloud'],
  ['access.by', 'token'],
  ['access.server', ' https://10.0.0.7:6443 '],
  ['access.ca', ''],
  ['access.tlsServerName', ''],
  ['access.token', ''],
  ['namespace', 'models'],
  ['mode', 'kserve'],
  ['gateway.namespace', ''],
  ['gateway.name', ''],
  ['hostname', ''],
  ['publicUrl', ''],
  ['slipwayUrl', 'https://slipway.example.org'],
  ['modelServerImage', ''],
]
const filled = kubernetes.map(([name, text]): [string, string] => [
  name,
  { 'access.token': 'abc', 'gateway.name': 'public', 'gateway.namespace': 'gateways' }[name] ?? text,
])

test('a form of a Kubernetes cluster is what the command takes', () => {
  expect(AddCluster.parse(clusterInput([...filled, ['name', 'cloud-2']]))).toMatchObject({
    driver: 'kubernetes',
    name: 'cloud-2',
    namespace: 'models',
    mode: 'kserve',
    gateway: { name: 'public', namespace: 'gateways' },
    publicUrl: null,
    slipwayUrl: 'https://slipway.example.org',
    access: { by: 'token', server: 'https://10.0.0.7:6443', ca: null, token: 'abc' },
  })
})

test('an edit with an empty secret leaves it out, and with emptied settings takes them away', () => {
  const clusterId = '019a0000-0000-7000-8000-000000000001'
  const edit = EditCluster.parse({ ...clusterInput(kubernetes), clusterId })
  expect(edit).toMatchObject({ gateway: null, hostname: null, publicUrl: null, modelServerImage: null })
  expect('access' in edit && edit.access && 'token' in edit.access).toBe(false)
})

test('a local cluster’s form is taken as it stands, without an empty token', () => {
  const typed: [string, string][] = [
    ['driver', 'local'],
    ['adminUrl', 'http://127.0.0.1:3002'],
    ['adminToken', ''],
  ]
  expect(clusterInput(typed)).toEqual({ driver: 'local', adminUrl: 'http://127.0.0.1:3002' })
})

test('half a gateway is refused at the half that lacks', () => {
  const half = filled.filter(([name]) => name !== 'gateway.namespace').concat([['gateway.namespace', '']])
  const { error } = AddCluster.safeParse(clusterInput([...half, ['name', 'cloud-2']]))
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['gateway.namespace'])
})

const serving: [string, string][] = [
  ['serving.runtime', 'slipway'],
  ['serving.cpu', '2'],
  ['serving.memory', ''],
  ['serving.gpu.count', ''],
  ['serving.gpu.resource', 'nvidia.com/gpu'],
  ['serving.autoscaler.max', ''],
  ['serving.autoscaler.cpu', ''],
  ['serving.nodeSelector', ''],
  ['serving.imagePullSecret', ''],
  ['serving.authorities', ''],
  ['serving.identitySecret', ''],
]
const typedWith = (changed: Record<string, string>): [string, string][] => [
  ...filled,
  ...serving.filter(([name]) => !(name in changed)),
  ...Object.entries(changed),
]
const servingOf = (changed: Record<string, string>) => {
  const { serving: read } = KubernetesUse.parse(clusterInput(typedWith(changed)))
  return read
}
/** The form of a cluster that is refused, with what stands at each field of it, and above it. */
const refusalWith = (changed: Record<string, string>) => {
  const typed = typedWith(changed)
  const { error } = KubernetesUse.safeParse(clusterInput(typed))
  const fields = error?.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return refusalOf(
    { ok: false, problem: { code: 'invalid', message: 'wrong', fields } },
    typed.map(([name]) => name),
  )
}

test('where pods fetch models from is Slipway or the version’s own location, and stays where it was not asked', () => {
  expect(servingOf({})).not.toHaveProperty('source')
  expect(servingOf({ 'serving.source': 'slipway' })).toHaveProperty('source', null)
  const own = {
    'serving.source': 'location',
    'serving.source.secret': '',
    'serving.source.endpoint': 'https://minio.example.org/',
    'serving.source.region': '',
  }
  expect(servingOf(own)?.source).toEqual({ secret: null, endpoint: 'https://minio.example.org', region: 'us-east-1' })
})

test('how models run is read from its fields: what is empty is as usual, or none', () => {
  expect(servingOf({})).toEqual({
    runtime: 'slipway',
    images: {},
    cpu: '2',
    gpu: null,
    autoscaler: null,
    nodeSelector: {},
    imagePullSecret: null,
    authorities: null,
  })
  const image = `host/triton@sha256:${'a'.repeat(64)}`
  const whole = servingOf({
    'serving.runtime': 'triton',
    'serving.images.triton': image,
    'serving.gpu.count': '2',
    'serving.autoscaler.max': '8',
    'serving.autoscaler.cpu': '60',
    'serving.nodeSelector': 'pool = gpu\nzone=a',
    'serving.memory': '4Gi',
    'serving.authorities': 'company-ca',
  })
  expect(whole).toEqual({
    runtime: 'triton',
    images: { triton: image },
    cpu: '2',
    memory: '4Gi',
    gpu: { count: 2, resource: 'nvidia.com/gpu' },
    autoscaler: { max: 8, cpu: 60 },
    nodeSelector: { pool: 'gpu', zone: 'a' },
    imagePullSecret: null,
    authorities: 'company-ca',
  })
})

test('names that Kubernetes would refuse are refused here, each at its field', () => {
  const wrong = {
    'serving.identitySecret': 'Slipway Identity',
    'serving.imagePullSecret': '../pull',
    'serving.authorities': 'Company CA',
    'serving.nodeSelector': 'pool=gpu\nmy pool=a',
    'serving.source': 'location',
    'serving.source.secret': 'UPPER_case',
  }
  expect(refusalWith(wrong)).toEqual({
    message: null,
    fields: {
      'serving.nodeSelector': expect.stringMatching(/^"my pool=a" is no label/),
      'serving.imagePullSecret': expect.stringMatching(/^The name of a Secret/),
      'serving.identitySecret': expect.stringMatching(/^The name of a Secret/),
      'serving.authorities': expect.stringMatching(/^The name of a ConfigMap/),
      'serving.source.secret': expect.stringMatching(/^The name of a Secret/),
    },
  })
})

test('an image that is not named by its digest is refused at its own field, and nowhere else', () => {
  expect(refusalWith({ 'serving.runtime': 'triton', 'serving.images.triton': 'host/triton:latest' })).toEqual({
    message: null,
    fields: { 'serving.images.triton': expect.stringMatching(/by its digest/) },
  })
})

test('half an autoscaler, and a kind of GPU without a number, are refused at the half that lacks', () => {
  expect(refusalWith({ 'serving.autoscaler.cpu': '60', 'serving.gpu.resource': 'amd.com/gpu' })).toEqual({
    message: null,
    fields: {
      'serving.autoscaler.max': expect.stringMatching(/^A number from 1 to 256 is needed.*leave its CPU use empty/),
      'serving.gpu.count': expect.stringMatching(/^A number from 1 to 16 is needed.*leave their kind empty/),
    },
  })
})

test('what a cluster has as usual asks for nothing alone: a number that is taken away ends the autoscaler, or the GPUs', () => {
  const emptied = {
    'serving.autoscaler.max': '',
    'serving.autoscaler.cpu': '70',
    'serving.gpu.count': '',
    'serving.gpu.resource': 'nvidia.com/gpu',
  }
  expect(servingOf(emptied)).toMatchObject({ autoscaler: null, gpu: null })
})

test('an autoscaler without a target, and GPUs without a kind, are as usual', () => {
  expect(servingOf({ 'serving.autoscaler.max': '8', 'serving.autoscaler.cpu': '' })).toMatchObject({ autoscaler: { max: 8, cpu: 70 } })
  expect(servingOf({ 'serving.gpu.count': '1', 'serving.gpu.resource': '' })).toMatchObject({
    gpu: { count: 1, resource: 'nvidia.com/gpu' },
  })
})
