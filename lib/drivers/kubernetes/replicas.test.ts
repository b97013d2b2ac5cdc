import { expect, test } from 'vitest'
import { isUnmade, Pod, quantity, replicaOf } from './replicas'

const waits = (reason: string, message = '') => ({ name: 'model', restartCount: 3, state: { waiting: { reason, message } } })
const ended = { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-11-21T10:00:00Z' }

test.each([
  ['starting', null, { phase: 'Pending', containerStatuses: [waits('ContainerCreating')] }],
  ['backing-off', 'CrashLoopBackOff: back-off 10s', { phase: 'Running', containerStatuses: [waits('CrashLoopBackOff', 'back-off 10s')] }],
  ['backing-off', 'ErrImagePull: not found', { phase: 'Pending', containerStatuses: [waits('ErrImagePull', 'not found')] }],
  [
    'backing-off',
    'CrashLoopBackOff',
    { phase: 'Pending', initContainerStatuses: [waits('CrashLoopBackOff')], containerStatuses: [waits('PodInitializing')] },
  ],
  [
    'backing-off',
    "CrashLoopBackOff: The artifact's SHA-256 is aaa, not bbb: it is refused.",
    {
      phase: 'Pending',
      initContainerStatuses: [
        {
          ...waits('CrashLoopBackOff', 'back-off 10s restarting failed container=artifact'),
          lastState: { terminated: { exitCode: 1, message: "The artifact's SHA-256 is aaa, not bbb: it is refused.\n" } },
        },
      ],
    },
  ],
  ['crashed', 'OOMKilled', { phase: 'Running', containerStatuses: [{ name: 'model', restartCount: 1, state: { terminated: ended } }] }],
  ['crashed', 'Evicted: The node was low on memory', { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory' }],
  [
    'starting',
    'Unschedulable: 0/3 nodes have a GPU',
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes have a GPU' }] },
  ],
  ['stopped', null, { phase: 'Succeeded' }],
  ['ready', null, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }],
])('a pod is %s, because of %s', (state, reason, status) => {
  expect(replicaOf(Pod.parse({ metadata: { name: 'p' }, status }))).toMatchObject({ id: 'p', state, reason })
})

const both = [waits('PodInitializing'), waits('PodInitializing')]
const fetcher = (state: object) => ({ name: 'artifact', state })
const noRoom = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes have a GPU' }

test.each([
  [true, 'whose container is being made', { containerStatuses: [waits('ContainerCreating')] }],
  [
    true,
    'whose two containers and their init container wait',
    { initContainerStatuses: [waits('PodInitializing')], containerStatuses: both },
  ],
  [false, 'whose init container runs', { initContainerStatuses: [fetcher({ running: {} })], containerStatuses: both }],
  [false, 'whose init container has run', { initContainerStatuses: [fetcher({ terminated: { exitCode: 0 } })], containerStatuses: both }],
  [false, 'of whose containers one runs', { containerStatuses: [fetcher({ running: {} }), waits('ContainerCreating')] }],
  [false, 'whose image cannot be had', { containerStatuses: [waits('ErrImagePull')] }],
  [false, 'that no node has room for', { conditions: [noRoom] }],
  [false, 'that has no node yet', {}],
])('that it has its node and no container is %s of a pod %s', (unmade, _which, status) => {
  expect(isUnmade(Pod.parse({ metadata: { name: 'p' }, status: { phase: 'Pending', ...status } }))).toBe(unmade)
})

test('restarts and the last exit are told; an init container that did its work is no exit', () => {
  const status = {
    conditions: [{ type: 'Ready', status: 'True' }],
    initContainerStatuses: [
      { name: 'artifact', restartCount: 1, state: { terminated: { exitCode: 0, finishedAt: '2026-11-21T11:00:00Z' } } },
    ],
    containerStatuses: [{ name: 'model', restartCount: 2, state: { running: {} }, lastState: { terminated: ended } }],
  }
  expect(replicaOf(Pod.parse({ metadata: { name: 'p' }, status }))).toEqual({
    id: 'p',
    state: 'ready',
    restarts: 3,
    cpu: null,
    memoryBytes: null,
    lastExit: { code: 137, signal: null, at: Date.parse('2026-11-21T10:00:00Z') },
    reason: null,
  })
})

test.each([
  ['250m', 0.25],
  ['1', 1],
  ['1500000n', 0.0015],
  ['128Mi', 128 * 2 ** 20],
  ['1.5G', 1.5e9],
  ['', null],
  ['-1', null],
  ['1 Gi', null],
  [7, null],
])('the quantity %j is %j', (text, value) => {
  const read = quantity(text)
  if (value === null) expect(read).toBeNull()
  else expect(read).toBeCloseTo(value, 9)
})
