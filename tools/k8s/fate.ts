/** The parts of a pod that a kubelet reads. */
export interface Pod {
  metadata: {
    name: string
    namespace: string
    uid: string
    resourceVersion: string
    labels?: Record<string, string>
    deletionTimestamp?: string
    deletionGracePeriodSeconds?: number
  }
  spec: { nodeName?: string; containers: Container[]; initContainers?: Container[]; volumes?: Volume[] }
  status?: { podIP?: string; startTime?: string; phase?: string }
}

export interface Container {
  name: string
  image: string
  command?: string[]
  args?: string[]
  env?: { name: string; value?: string }[]
  ports?: { name?: string; containerPort: number }[]
  volumeMounts?: { name: string; mountPath: string }[]
  startupProbe?: HttpProbe
  readinessProbe?: HttpProbe
  livenessProbe?: HttpProbe
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
}

export interface Volume {
  name: string
  emptyDir?: object
  configMap?: { name: string }
  secret?: { secretName: string; items?: { key: string; path: string }[] }
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean }
}

export interface HttpProbe {
  httpGet: { path: string; port: string | number }
  periodSeconds?: number
  timeoutSeconds?: number
  failureThreshold?: number
}

/** What becomes of a pod. Times in ms from when the kubelet took it. */
export type Fate =
  /** Runs at once, and is ready after so long (0): a long time is a model that loads slowly. */
  | { is: 'ready'; afterMs?: number }
  /** Runs, and its readiness probe never succeeds. */
  | { is: 'never-ready' }
  /** Is ready, ends with code 1 after so long (0), waits in CrashLoopBackOff (1,000) and is started again, for ever. */
  | { is: 'crashing'; afterMs?: number; backOffMs?: number }
  /** Its image cannot be pulled. */
  | { is: 'no-image' }
  /** Its first init container ends with code 1 again and again: nothing else starts. */
  | { is: 'init-failing' }

/** A moment of a fate. `untilMs`: when the next one begins, from the same start; null when none does. */
export interface Moment {
  state: 'starting' | 'ready' | 'unready' | 'backing-off' | 'no-image' | 'init-failing'
  restarts: number
  untilMs: number | null
}

/** Where a fate stands after so long. */
export function momentOf(fate: Fate, elapsedMs: number): Moment {
  if (fate.is === 'never-ready') return { state: 'unready', restarts: 0, untilMs: null }
  if (fate.is === 'no-image' || fate.is === 'init-failing') return { state: fate.is, restarts: 0, untilMs: null }
  const afterMs = fate.afterMs ?? 0
  if (fate.is === 'ready') {
    return elapsedMs < afterMs ? { state: 'starting', restarts: 0, untilMs: afterMs } : { state: 'ready', restarts: 0, untilMs: null }
  }
  const cycleMs = afterMs + (fate.backOffMs ?? 1_000)
  const restarts = Math.floor(elapsedMs / cycleMs)
  const crashesAt = restarts * cycleMs + afterMs
  if (elapsedMs < crashesAt) return { state: 'ready', restarts, untilMs: crashesAt }
  return { state: 'backing-off', restarts, untilMs: (restarts + 1) * cycleMs }
}

const WARNINGS: Partial<Record<Moment['state'], { reason: string; message: string }>> = {
  unready: { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' },
  'backing-off': { reason: 'BackOff', message: 'Back-off restarting failed container' },
  'no-image': { reason: 'Failed', message: 'Error: ErrImagePull' },
  'init-failing': { reason: 'BackOff', message: 'Back-off restarting failed init container' },
}

/** The event that a kubelet writes when a pod comes into this state, if any. */
export function warningOf(state: Moment['state']): { reason: string; message: string } | null {
  return WARNINGS[state] ?? null
}

type State = Record<string, unknown>

function terminated(exitCode: number, at: string): State {
  return { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: at, finishedAt: at } }
}

function stateOf({ state }: Moment, container: Container, at: string): State {
  if (state === 'backing-off')
    return { waiting: { reason: 'CrashLoopBackOff', message: `back-off restarting failed container=${container.name}` } }
  if (state === 'no-image') return { waiting: { reason: 'ErrImagePull', message: `${container.image}: not found` } }
  if (state === 'init-failing') return { waiting: { reason: 'PodInitializing' } }
  return { running: { startedAt: at } }
}

function initStatus(container: Container, index: number, moment: Moment, at: string): State {
  const fails = moment.state === 'init-failing' && index === 0
  const waits = moment.state === 'init-failing' && index > 0
  const back = { waiting: { reason: 'CrashLoopBackOff', message: `back-off restarting failed container=${container.name}` } }
  return {
    name: container.name,
    image: container.image,
    imageID: container.image,
    ready: !fails && !waits,
    restartCount: fails ? 1 : 0,
    state: fails ? back : waits ? { waiting: { reason: 'PodInitializing' } } : terminated(0, at),
    ...(fails ? { lastState: terminated(1, at) } : {}),
  }
}

/** The status that a kubelet reports of a pod in this moment; `at` is ISO 8601. */
export function statusOf(pod: Pod, moment: Moment, { at, podIP }: { at: string; podIP: string }): State {
  const ready = moment.state === 'ready'
  const pending = moment.state === 'no-image' || moment.state === 'init-failing'
  const condition = (type: string, holds: boolean) => ({ type, status: holds ? 'True' : 'False', lastTransitionTime: at })
  const crashed = moment.restarts > 0 || moment.state === 'backing-off'
  return {
    phase: pending ? 'Pending' : 'Running',
    hostIP: '127.0.0.1',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: pod.status?.startTime ?? at,
    conditions: [
      condition('Initialized', moment.state !== 'init-failing'),
      condition('ContainersReady', ready),
      condition('Ready', ready),
      condition('PodScheduled', true),
    ],
    initContainerStatuses: (pod.spec.initContainers ?? []).map((each, index) => initStatus(each, index, moment, at)),
    containerStatuses: pod.spec.containers.map((each) => ({
      name: each.name,
      image: each.image,
      imageID: each.image,
      ready,
      started: !pending && moment.state !== 'backing-off',
      restartCount: moment.restarts,
      state: stateOf(moment, each, at),
      ...(crashed ? { lastState: terminated(1, at) } : {}),
    })),
  }
}
