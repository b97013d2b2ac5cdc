import { canonicalJson } from '@/lib/endpoints/wish-hash'
import { type Access, Api, ApiRefusal } from './api'
import { follow } from './follow'

/** What KServe's controller does with InferenceServices: what it is there for, nothing, or it fails with these words. */
export type Doing = { does: 'runs' } | { does: 'nothing' } | { does: 'fails'; message: string }

type Texts = Record<string, string>

interface Meta {
  name: string
  namespace: string
  uid: string
  resourceVersion?: string
  labels?: Texts
  annotations?: Texts
}
interface Container {
  name: string
  ports?: { name: string; containerPort: number }[]
}
interface InferenceService {
  metadata: Meta
  spec: {
    predictor: { minReplicas?: number; labels?: Texts; annotations?: Texts; deploymentStrategy?: object; containers: Container[] }
  }
  status?: object
}
interface Deployment {
  metadata: Meta
  spec: object
  status?: { observedGeneration?: number; conditions?: { type: string; status: string; reason?: string; message?: string }[] }
}

export interface Kserve {
  /** From now on InferenceServices are treated so, those that are there too. */
  decree(doing: Doing): void
  stop(): Promise<void>
}

const OF = 'serving.kserve.io/inferenceservice'
const SERVER = 'kserve-container'

/**
 * Plays the part of KServe's controller in Standard mode, as far as its source (v0.20.0) says it of a predictor of one's own containers: a Deployment and a Service named
 * NAME-predictor, both with all labels and annotations of the InferenceService and its predictor, the Deployment's pods too; the number of replicas only where no autoscaler is asked
 * for; and a status whose observedGeneration is the Deployment's. It plays none of its webhooks.
 */
class StandIn implements Kserve {
  readonly #ending = new AbortController()
  readonly #there = new Map<string, InferenceService>()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #loops: Promise<unknown>
  #doing: Doing = { does: 'runs' }

  constructor(
    private readonly api: Api,
    private readonly namespace: string,
  ) {
    const { signal } = this.#ending
    const saw = (service: InferenceService) => {
      this.#there.set(service.metadata.name, service)
      this.#turn(service.metadata.name)
    }
    const lost = ({ metadata }: InferenceService) => {
      this.#there.delete(metadata.name)
      this.#turn(metadata.name)
    }
    const moved = ({ metadata }: Deployment) => this.#turn(metadata.labels?.[OF] ?? '')
    this.#loops = Promise.all([
      follow<InferenceService>(api, this.#path('InferenceService'), { saw, lost }, signal),
      follow<Deployment>(api, `${this.#path('Deployment')}?labelSelector=${OF}`, { saw: moved, lost: moved }, signal),
    ])
  }

  decree(doing: Doing): void {
    this.#doing = doing
    for (const name of this.#there.keys()) this.#turn(name)
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#loops
    await Promise.all(this.#turns.values())
    await this.api.close()
  }

  /** One after another for each name; what fails is tried again when it is next seen. */
  #turn(name: string): void {
    const before = this.#turns.get(name) ?? Promise.resolve()
    const next = before.then(() => (this.#ending.signal.aborted ? undefined : this.#reconcile(name))).catch(() => undefined)
    this.#turns.set(name, next)
  }

  async #reconcile(name: string): Promise<void> {
    const service = this.#there.get(name)
    if (this.#doing.does === 'nothing' || name === '') return
    if (!service) return this.#sweep(name)
    const [server] = service.spec.predictor.containers
    if (this.#doing.does === 'fails' || server.name !== SERVER) {
      const message = this.#doing.does === 'fails' ? this.#doing.message : `its first container is not ${SERVER}`
      return this.#say(service, [{ type: 'PredictorReady', status: 'False', reason: 'ReconcileFailed', message }])
    }
    const made = await this.#put<Deployment>('Deployment', deploymentOf(service))
    await this.#put('Service', serviceOf(service))
    const available = made.status?.conditions?.find(({ type }) => type === 'Available')
    const { status = 'Unknown', reason = '', message = '' } = available ?? {}
    await this.#say(service, [{ type: 'PredictorReady', status, reason, message }], made.status?.observedGeneration)
  }

  /** As Kubernetes does with what an object owned that is gone. */
  async #sweep(name: string): Promise<void> {
    for (const kind of ['Deployment', 'Service'] as const)
      await this.api.send('DELETE', `${this.#path(kind)}/${name}-predictor?propagationPolicy=Background`).catch(notFound)
  }

  async #put<T>(kind: 'Deployment' | 'Service', object: Made): Promise<T> {
    const path = `${this.#path(kind)}/${object.metadata.name}`
    const there = await this.api.get<{ metadata: Meta }>(path).catch(notFound)
    if (!there) return this.api.send('POST', `${this.#path(kind)}?fieldManager=kserve-controller-manager`, object)
    // What others noted on it stays: the Deployment's own controller would write that again, without end.
    const { resourceVersion, annotations } = there.metadata
    const metadata = { ...object.metadata, resourceVersion, annotations: { ...annotations, ...object.metadata.annotations } }
    const whole = { ...object, metadata }
    return this.api.send('PUT', `${path}?fieldManager=kserve-controller-manager`, whole)
  }

  async #say(service: InferenceService, conditions: object[], observedGeneration?: number): Promise<void> {
    const status = { deploymentMode: 'Standard', conditions, ...(observedGeneration ? { observedGeneration } : {}) }
    if (canonicalJson(service.status ?? {}) === canonicalJson(status)) return
    const path = `${this.#path('InferenceService')}/${service.metadata.name}/status`
    await this.api.send('PATCH', path, { status }, 'application/merge-patch+json')
  }

  #path(kind: 'InferenceService' | 'Deployment' | 'Service'): string {
    const of = { InferenceService: 'apis/serving.kserve.io/v1beta1', Deployment: 'apis/apps/v1', Service: 'api/v1' }
    return `/${of[kind]}/namespaces/${this.namespace}/${kind.toLowerCase()}s`
  }
}

interface Made {
  metadata: { name: string; annotations: Record<string, string> }
}

function notFound(error: unknown): null {
  if (error instanceof ApiRefusal && error.status === 404) return null
  throw error
}

function metadataOf({ metadata, spec: { predictor } }: InferenceService) {
  const { name, namespace, uid } = metadata
  const owner = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', name, uid, controller: true, blockOwnerDeletion: true }
  return {
    name: `${name}-predictor`,
    namespace,
    labels: { ...metadata.labels, ...predictor.labels, [OF]: name, component: 'predictor', app: `isvc.${name}-predictor` },
    annotations: { ...metadata.annotations, ...predictor.annotations },
    ownerReferences: [owner],
  }
}

function deploymentOf(service: InferenceService) {
  const { minReplicas, labels: _, annotations: __, deploymentStrategy, ...pod } = service.spec.predictor
  const metadata = metadataOf(service)
  const { labels, annotations } = metadata
  const fixed = annotations['serving.kserve.io/autoscalerClass'] === 'none' && minReplicas !== undefined
  return {
    metadata,
    spec: {
      ...(fixed ? { replicas: minReplicas } : {}),
      selector: { matchLabels: { app: labels.app } },
      strategy: deploymentStrategy,
      template: { metadata: { labels, annotations }, spec: pod },
    },
  }
}

function serviceOf(service: InferenceService) {
  const metadata = metadataOf(service)
  const [{ name, containerPort } = { name: 'http', containerPort: 8080 }] = service.spec.predictor.containers[0].ports ?? []
  return { metadata, spec: { selector: { app: metadata.labels.app }, ports: [{ name, port: 80, targetPort: containerPort }] } }
}

/** Starts it for the InferenceServices of one namespace; it runs them until a decree says otherwise. */
export function startKserve(server: Access, namespace: string): Kserve {
  return new StandIn(new Api(server), namespace)
}
