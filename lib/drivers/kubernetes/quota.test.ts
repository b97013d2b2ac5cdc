import { expect, test } from 'vitest'
import { needsOf, type Quota, shortages } from './quota'
import { configOf } from './record'
import { renderObjects } from './render/render'
import { armOf, servingWith, wishOf } from './render/wish.fixture'
import { Pod } from './replicas'

const arm = armOf(1, { replicas: 3 })
const serving = servingWith({ cpu: '500m', memory: '1Gi', gpu: { count: 2 } })
const deployments = renderObjects({ wish: wishOf({ arms: [arm] }), namespace: 'n', serving, replicas: ({ replicas }) => replicas }).filter(
  ({ kind }) => kind === 'Deployment',
)
const pod = (phase: string, config = configOf(arm)) =>
  Pod.parse({ metadata: { name: phase, labels: { 'slipway.dev/config': config } }, status: { phase } })
const quota = (hard: Record<string, string>, used: Record<string, string> = {}, scopes: string[] = []): Quota => ({
  metadata: { name: 'few' },
  spec: { scopes, scopeSelector: { matchExpressions: [] } },
  status: { hard, used },
})

test('each replica that has no pod of its config yet needs one, with its CPU, memory and GPUs', () => {
  expect(Object.fromEntries(needsOf(deployments, []))).toEqual({
    pods: 3,
    'requests.cpu': 1.5,
    'requests.memory': 3 * 2 ** 30,
    'requests.nvidia.com/gpu': 6,
    'limits.memory': 3 * 2 ** 30,
    'limits.nvidia.com/gpu': 6,
  })
  expect(needsOf(deployments, [pod('Running'), pod('Pending'), pod('Failed'), pod('Running', 'older')]).get('pods')).toBe(1)
  expect(needsOf(deployments, [pod('Running'), pod('Running'), pod('Pending')])).toEqual(new Map())
})

test('a pod needs no less than its largest init container', () => {
  const small = servingWith({ cpu: '10m', memory: '64Mi' })
  const [deployment] = renderObjects({ wish: wishOf(), namespace: 'n', serving: small, replicas: () => 1 }).filter(
    ({ kind }) => kind === 'Deployment',
  )
  expect(Object.fromEntries(needsOf([deployment], []))).toMatchObject({ 'requests.cpu': 0.05, 'requests.memory': 128 * 2 ** 20 })
})

test('what a quota does not leave is said with numbers, and what it leaves is not', () => {
  const needs = needsOf(deployments, [])
  const said = (hard: Record<string, string>, used?: Record<string, string>, scopes?: string[]) =>
    shortages([quota(hard, used, scopes)], needs)
  expect(said({ pods: '4' }, { pods: '2' })).toEqual([
    'ResourceQuota few leaves 2 of 4 pods, and this needs 3 more: ask for fewer replicas, or for more quota.',
  ])
  expect(said({ cpu: '2' }, { cpu: '750m' })[0]).toMatch(/leaves 1.25 of 2 requests.cpu, and this needs 1.5 more/)
  expect(said({ 'requests.memory': '2560Mi' })[0]).toMatch(/leaves 2.5 GiB of 2.5 GiB requests.memory, and this needs 3 GiB more/)
  expect(said({ 'requests.nvidia.com/gpu': '8' }, { 'requests.nvidia.com/gpu': '4' })[0]).toMatch(
    /leaves 4 of 8 requests.nvidia.com\/gpu, and this needs 6 more/,
  )
  expect(said({ pods: '5', cpu: '2', 'limits.memory': '5Gi', services: '0' }, { pods: '2', cpu: '500m' })).toEqual([])
})

test('a quota for other pods than ours keeps nothing from running', () => {
  const needs = needsOf(deployments, [])
  expect(shortages([quota({ pods: '0' }, {}, ['BestEffort']), quota({ pods: '0' }, {}, ['PriorityClass'])], needs)).toEqual([])
  expect(shortages([quota({ pods: '0' }, {}, ['NotTerminating'])], needs)).toHaveLength(1)
})
