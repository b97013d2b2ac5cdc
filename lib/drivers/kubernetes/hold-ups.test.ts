import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Cluster, namespaceAfter, wish } from './observe.fixture'

describe('why a pod’s containers are not made', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())
  const waiting = (reason: string) => [{ name: 'model', state: { waiting: { reason } } }]
  const event = (reason: string, message: string, at: number, version = at) => ({
    ...{ metadata: { resourceVersion: String(version) }, type: 'Warning', involvedObject: { kind: 'Pod', name: podName }, reason, message },
    lastTimestamp: `2026-01-01T00:00:0${at}Z`,
  })
  const podName = (namespaceAfter([wish]).pods[0] as { metadata: { name: string } }).metadata.name
  /** The first pod waits so, the other is ready. */
  const holding = (reason: string) =>
    namespaceAfter([wish], ({ pods }) => {
      Object.assign(pods[0].status, { phase: 'Pending', conditions: [], containerStatuses: waiting(reason) })
    })
  const first = async (cluster: Cluster) => (await cluster.replicas())?.find(({ id }) => id === podName)

  test('is told as Kubernetes last said it, for as long as none of them is made', async () => {
    const cluster = new Cluster()
    cluster.holds = holding('ContainerCreating')
    cluster.events = [
      event('FailedMount', 'secret "b" not found', 2),
      event('FailedMount', 'secret "a" not found', 1),
      event('Unhealthy', 'late', 3),
    ]
    expect(await first(cluster)).toMatchObject({ state: 'starting', reason: null })
    expect(await first(cluster)).toMatchObject({ state: 'starting', reason: 'FailedMount: secret "b" not found' })
    cluster.asked.length = 0
    vi.advanceTimersByTime(4_999)
    expect(await first(cluster)).toMatchObject({ reason: 'FailedMount: secret "b" not found' })
    expect(cluster.asked).not.toContain('events')
    cluster.events = [event('FailedMount', 'configmap "c" not found', 2, 10), event('FailedMount', 'secret "b" not found', 2, 9)]
    vi.advanceTimersByTime(1)
    expect(await first(cluster)).toMatchObject({ reason: 'FailedMount: configmap "c" not found' })
    // A list that fails takes nothing back.
    Object.assign(cluster, { events: [], fails: 'events' })
    vi.advanceTimersByTime(5_000)
    expect(await first(cluster)).toMatchObject({ reason: 'FailedMount: configmap "c" not found' })
    cluster.fails = ''
    vi.advanceTimersByTime(5_000)
    expect(await first(cluster)).toMatchObject({ reason: null })
  })

  test.each(['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'])('is told of %s', async (reason) => {
    const cluster = new Cluster()
    cluster.holds = holding('PodInitializing')
    cluster.events = [event(reason, 'so', 1)]
    await cluster.look()
    expect(await first(cluster)).toMatchObject({ reason: `${reason}: so` })
  })

  test('is not told of one whose containers were made since, and not asked for where none waits', async () => {
    const cluster = new Cluster()
    cluster.events = [event('FailedMount', 'secret "a" not found', 1)]
    cluster.holds = holding('ContainerCreating')
    await cluster.look()
    expect(await first(cluster)).toMatchObject({ reason: 'FailedMount: secret "a" not found' })
    cluster.holds = namespaceAfter([wish], ({ pods }) => {
      Object.assign(pods[0].status, { phase: 'Running', conditions: [], containerStatuses: [{ name: 'model', state: { running: {} } }] })
    })
    expect(await first(cluster)).toMatchObject({ state: 'starting', reason: null })
    cluster.asked.length = 0
    vi.advanceTimersByTime(5_000)
    expect(await first(cluster)).toMatchObject({ state: 'starting', reason: null })
    expect(cluster.asked).not.toContain('events')
  })
})
