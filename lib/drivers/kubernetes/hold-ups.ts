import * as z from 'zod'
import type { Hand } from './clients'

/** What keeps the containers of a pod from being made: its status does not say. */
const KINDS = new Set(['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'])
const EVENTS_MAX = 500
const WORDS_MAX = 500

const Event = z.object({
  metadata: z.object({ resourceVersion: z.string().default('') }).prefault({}),
  involvedObject: z.object({ name: z.string() }),
  reason: z.string(),
  message: z.string().default(''),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
})

/** Why containers of pods cannot be made, by the pods' names, as Kubernetes last said in an event. Never keeps an observation from being made. */
export async function readHoldUps({ client }: Hand, signal: AbortSignal): Promise<Map<string, string>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(client.namespace)}/events`
  const query = { fieldSelector: 'type=Warning,involvedObject.kind=Pod', limit: String(EVENTS_MAX) }
  const answer = await client.get<{ items?: unknown[] }>(path, signal, query)
  if (!answer.ok || !Array.isArray(answer.value?.items)) return new Map()
  const told = answer.value.items
    .flatMap((item) => Event.safeParse(item).data ?? [])
    .filter(({ reason }) => KINDS.has(reason))
    .map((event) => ({
      ...event,
      at: Date.parse(event.lastTimestamp ?? event.eventTime ?? '') || 0,
      version: Number(event.metadata.resourceVersion) || 0,
    }))
    // Times are whole seconds; of one second, what was written last was said last.
    .sort((a, b) => a.at - b.at || a.version - b.version)
  return new Map(told.map(({ involvedObject, reason, message }) => [involvedObject.name, `${reason}: ${message}`.slice(0, WORDS_MAX)]))
}
