import * as z from 'zod'
import type { ObservedEndpoint, Replica } from '@/lib/endpoints/wish'
import type { Hand } from './clients'
import { quantity } from './replicas'

/** A cluster that has no metrics is asked again only after this. */
const METRICS_AGAIN_MS = 5 * 60_000

const PodMetrics = z.object({
  metadata: z.object({ name: z.string() }),
  containers: z.array(z.object({ usage: z.record(z.string(), z.unknown()) })),
})

/** CPU in cores, memory in bytes. */
export interface Usage {
  cpu: number
  memoryBytes: number
}

const noMetrics = new WeakMap<object, number>()

/** What pods use, by their names, where the cluster measures it. Never keeps an observation from being made. */
export async function readUsage({ client }: Hand, selector: string, signal: AbortSignal): Promise<Map<string, Usage>> {
  if (performance.now() < (noMetrics.get(client) ?? 0)) return new Map()
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(client.namespace)}/pods`
  const answer = await client.list<unknown>(path, selector, signal)
  if (!answer.ok) {
    noMetrics.set(client, performance.now() + METRICS_AGAIN_MS)
    return new Map()
  }
  const sum = (containers: z.output<typeof PodMetrics>['containers'], what: string) =>
    containers.reduce((total, { usage }) => total + (quantity(usage[what]) ?? 0), 0)
  return new Map(
    answer.value.flatMap((item) => {
      const pod = PodMetrics.safeParse(item).data
      return pod ? [[pod.metadata.name, { cpu: sum(pod.containers, 'cpu'), memoryBytes: sum(pod.containers, 'memory') }] as const] : []
    }),
  )
}

/** What is told of pods beside their own words, by their names. */
export interface Beside {
  usage: ReadonlyMap<string, Usage>
  /** Why their containers cannot be made. */
  heldUp: ReadonlyMap<string, string>
}

/** An endpoint with what is told of its replicas beside, as a value of its own: whoever is told of it may do with it what they like. */
export function withBeside(endpoint: ObservedEndpoint, { usage, heldUp }: Beside): ObservedEndpoint {
  const told = (replica: Replica) => ({ ...replica, ...usage.get(replica.id), reason: replica.reason ?? heldUp.get(replica.id) ?? null })
  return { ...endpoint, arms: endpoint.arms.map((arm) => ({ ...arm, replicas: arm.replicas.map(told) })) }
}
