import type { FoundInferences } from '@/lib/clusters/routes/schema'
import type { KubeClient } from '../client'
import { INFERENCE_OF } from '../kserve/render'
import { collectionPath, KSERVE_API } from '../render/object'
import { foundInference } from './inference'
import { Named } from './inference-parts'
import type { Surroundings } from './obstacles'

const LISTED_MAX = 50

/** InferenceServices of the namespace that Slipway did not make, as they came; a text: why they were not looked at. Where KServe is not served there are none. */
export async function readInferences(
  client: Pick<KubeClient, 'namespace' | 'list' | 'get'>,
  signal: AbortSignal,
): Promise<unknown[] | string> {
  const path = collectionPath(client.namespace, KSERVE_API, 'InferenceService')
  const listed = await client.list<unknown>(path, `!${INFERENCE_OF}`, signal)
  if (listed.ok) return listed.value
  if (listed.kind === 'not-served') return []
  if (listed.kind !== 'forbidden') return `InferenceServices not looked at: ${listed.reason}`
  // To a role that may not list them they are forbidden also where there is no KServe. What is served everybody may ask.
  const served = await client.get(`/apis/${KSERVE_API}`, signal)
  return !served.ok && served.kind === 'not-served' ? [] : 'InferenceServices not looked at: the role may not list them.'
}

/** The first 50 by name. Pure. */
export function foundInferences(read: unknown[] | string, around: Surroundings): FoundInferences {
  if (typeof read === 'string') return { found: [], more: 0, unseen: read }
  const nameOf = (object: unknown) => Named.safeParse(object).data?.metadata.name ?? ''
  const sorted = read.map((object) => ({ object, name: nameOf(object) })).sort((a, b) => (a.name < b.name ? -1 : 1))
  const found = sorted.slice(0, LISTED_MAX).map(({ object }) => foundInference(object, around))
  return { found, more: sorted.length - found.length, unseen: null }
}
