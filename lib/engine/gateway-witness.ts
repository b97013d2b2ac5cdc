import { PRESETS } from '@/lib/clusters/witness/presets'
import { askPrometheus, type Prometheus } from '@/lib/clusters/witness/prometheus'
import { openToken, StoredWitness } from '@/lib/clusters/witness/schema'
import { KubernetesConfig } from '@/lib/drivers/kubernetes/config'
import { endpointName, versionName } from '@/lib/drivers/kubernetes/render/names'
import { compareGateway, early, type Span, unverified } from '@/lib/endpoints/counted/compare'
import type { Witness } from '@/lib/endpoints/counted/schema'
import type { ComparedPlace } from '@/lib/endpoints/counted/store'
import { clusterTargets } from '@/lib/outbound/cluster-targets'
import { unseal } from '@/lib/seal'

/** A cluster as its gateway's witness needs it. */
export interface WitnessedCluster {
  id: string
  driver: string
  config: unknown
  witness: unknown
  witnessToken: Uint8Array | null
  witnessKey: string | null
}

/** So many endpoints of a cluster are asked about at once, and so long in all. What was not asked by then is unverified this time. */
const AT_ONCE = 8
const ROUND_MS = 8_000
/** Before so much of the time with new weights is over, two samples may not be there yet. */
const SCRAPED_MS = 150_000

/** What a cluster's gateway says of each place; empty where no Prometheus is named, in the order of the places. */
export async function askGateway(
  cluster: WitnessedCluster,
  places: readonly (ComparedPlace & { asks: Span })[],
  sealingKey: string | null,
): Promise<(Witness | null)[]> {
  const stored = StoredWitness.safeParse(cluster.witness).data
  if (!stored) return places.map(() => null)
  const { title } = PRESETS[stored.preset]
  const opened = open(cluster, stored, sealingKey)
  const said: (Witness | null)[] = places.map(({ asks }) => unverified(title, asks, 'there was no time to ask its Prometheus.'))
  const endAt = performance.now() + ROUND_MS
  const queue = [...places.entries()]
  const worker = async () => {
    for (let next = queue.shift(); next && performance.now() < endAt; next = queue.shift()) {
      const [i, place] = next
      said[i] = typeof opened === 'string' ? unverified(title, place.asks, opened) : await askOne(title, opened, cluster, place)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return said
}

async function askOne(
  title: string,
  prometheus: Prometheus,
  cluster: WitnessedCluster,
  place: ComparedPlace & { asks: Span },
): Promise<Witness> {
  const { asks, weights } = place
  if (asks.to <= asks.from) return early(title, asks)
  const config = KubernetesConfig.safeParse(cluster.config).data
  if (config?.mode !== 'gateway') return unverified(title, asks, 'it is asked of clusters driven by the Gateway API only.')
  const route = endpointName(place)
  const services = new Map(
    weights.flatMap(({ versionId, number }) => (number === null ? [] : [[versionName(route, { number, versionId }), versionId] as const])),
  )
  const answer = await askPrometheus(prometheus, { namespace: config.namespace, route, services: [...services.keys()] }, asks)
  if (!answer.ok) return answer.soon && asks.to - asks.from < SCRAPED_MS ? early(title, asks) : unverified(title, asks, answer.reason)
  const requests = new Map([...answer.requests].map(([service, n]) => [services.get(service) ?? '', n]))
  return compareGateway(title, { from: answer.from, to: answer.to }, weights, requests)
}

function open(cluster: WitnessedCluster, { preset, address }: StoredWitness, sealingKey: string | null): Prometheus | string {
  const { witnessToken: bytes, witnessKey: keyId } = cluster
  try {
    const token = bytes ? openToken(address, unseal({ bytes, keyId }, sealingKey ?? '')) : null
    return { preset, address, token, allow: clusterTargets() }
  } catch (error) {
    return error instanceof Error ? error.message : 'the stored token cannot be opened.'
  }
}
