import { beforeEach, describe, expect, test } from 'vitest'
import { needs, sharedCluster } from './cluster.fixture'
import { conditionOf, deploy, type ReportedPod, readDeployment, readPods, readyAddresses, type Wanted } from './deployment.fixture'
import type { Fate } from './fate'
import { seen } from './seen'

const cluster = sharedCluster()

beforeEach((context) => needs(context, cluster.server, 'kubelet'))

const read = (name: string) => readDeployment(cluster.api, cluster.namespace, name)
const pods = (name: string) => readPods(cluster.api, cluster.namespace, name)
const addresses = (name: string) => readyAddresses(cluster.api, cluster.namespace, name)

async function deployAs(name: string, fate: Fate, wanted?: Wanted) {
  cluster.kubelet?.decree({ app: name }, fate)
  await deploy(cluster.api, cluster.namespace, name, wanted)
}

function untilAvailable(name: string, replicas: number) {
  return seen(`${replicas} of ${name} available`, 30, async () => ((await read(name)).status?.availableReplicas ?? 0) === replicas)
}

function untilEveryPod(name: string, what: string, is: (pod: ReportedPod) => boolean) {
  return seen(`every pod of ${name} is ${what}`, 30, async () => {
    const [found, { spec }] = await Promise.all([pods(name), read(name)])
    return found.length === spec.replicas && found.every(is) && found
  })
}

async function warnings(name: string): Promise<string[]> {
  type Events = { items: { involvedObject: { name: string }; reason: string; type: string }[] }
  const { items } = await cluster.api.get<Events>(`/api/v1/namespaces/${cluster.namespace}/events`)
  return items
    .filter(({ involvedObject, type }) => type === 'Warning' && involvedObject.name.startsWith(`${name}-`))
    .map(({ reason }) => reason)
}

const waitingFor = (pod: ReportedPod) => pod.status.containerStatuses?.[0]?.state.waiting?.reason
const isReady = (pod: ReportedPod) => pod.status.containerStatuses?.[0]?.ready === true

describe('under the kubelet of the tests', () => {
  test('a Deployment rolls out for real, and its Service knows the address of every pod', async () => {
    await deployAs('sound', { is: 'ready' }, { replicas: 3 })
    await untilAvailable('sound', 3)
    const own = (await pods('sound')).map(({ status }) => status.podIP ?? 'none').sort()
    expect(new Set(own).size).toBe(3)
    await seen('the addresses of the pods', 30, async () => (await addresses('sound')).join() === own.join())
    expect(conditionOf(await read('sound'), 'Progressing')).toBe('True NewReplicaSetAvailable')
  })

  test('fewer replicas wanted means pods that end', async () => {
    await deployAs('shrinking', { is: 'ready' }, { replicas: 3 })
    await untilAvailable('shrinking', 3)
    await deploy(cluster.api, cluster.namespace, 'shrinking', { replicas: 1 })
    await seen('one pod is left', 30, async () => (await pods('shrinking')).length === 1)
  })

  test('a pod that is slow is not ready before its time, and then is', async () => {
    await deployAs('slow', { is: 'ready', afterMs: 3_600_000 }, { replicas: 1 })
    const [starting] = await untilEveryPod('slow', 'running', ({ status }) => status.phase === 'Running')
    expect(starting && isReady(starting)).toBe(false)
    cluster.kubelet?.decree({ app: 'slow' }, { is: 'ready', afterMs: 500 })
    await untilAvailable('slow', 1)
  })

  test('pods that are never ready make a rollout fail by its deadline, and get no traffic', async () => {
    await deployAs('stuck', { is: 'never-ready' }, { deadline: 1 })
    // For deadlines the controller looks ten times a second at most, at those of all tests together.
    await seen('the deadline', 120, async () => conditionOf(await read('stuck'), 'Progressing') === 'False ProgressDeadlineExceeded')
    expect(await addresses('stuck')).toEqual([])
    await seen('its warning', 30, async () => (await warnings('stuck')).includes('Unhealthy'))
  })

  test('a pod that crashes waits in CrashLoopBackOff and is started again and again', async () => {
    await deployAs('crashing', { is: 'crashing', afterMs: 300, backOffMs: 500 }, { replicas: 1 })
    await untilEveryPod('crashing', 'in back-off', (pod) => waitingFor(pod) === 'CrashLoopBackOff')
    await untilEveryPod('crashing', 'started twice more', (pod) => (pod.status.containerStatuses?.[0]?.restartCount ?? 0) >= 2)
    await seen('its warning', 30, async () => (await warnings('crashing')).includes('BackOff'))
  })

  test('a pod whose image is missing stays pending and says so', async () => {
    await deployAs('imageless', { is: 'no-image' })
    const found = await untilEveryPod('imageless', 'without an image', (pod) => waitingFor(pod) === 'ErrImagePull')
    expect(found.map(({ status }) => status.phase)).toEqual(['Pending', 'Pending'])
  })

  test('a pod whose init container fails starts nothing else', async () => {
    await deployAs('uninitialised', { is: 'init-failing' }, { replicas: 1, initContainer: true })
    const [pod] = await untilEveryPod('uninitialised', 'waiting', (each) => waitingFor(each) === 'PodInitializing')
    expect(pod?.status.initContainerStatuses?.[0]?.state.waiting?.reason).toBe('CrashLoopBackOff')
  })

  test('a decree changes pods that run: they lose their traffic, and get it back', async () => {
    await deployAs('turning', { is: 'ready' })
    await seen('traffic', 30, async () => (await addresses('turning')).length === 2)
    cluster.kubelet?.decree({ app: 'turning' }, { is: 'never-ready' })
    await seen('no traffic', 30, async () => (await addresses('turning')).length === 0)
    cluster.kubelet?.decree({ app: 'turning' }, { is: 'ready' })
    await seen('traffic again', 30, async () => (await addresses('turning')).length === 2)
  })

  test('its node says again and again that it is well', async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${cluster.kubelet?.node}`
    const renewed = async () => (await cluster.api.get<{ spec: { renewTime: string } }>(path)).spec.renewTime
    const before = await renewed()
    await seen('another word of the node', 40, async () => (await renewed()) > before)
  })
})
