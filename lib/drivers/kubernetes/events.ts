import * as z from 'zod'
import type { Answer } from './answer'
import type { Hand } from './clients'

const Event = z.object({
  metadata: z.object({ resourceVersion: z.string().default('') }).prefault({}),
  involvedObject: z.object({ name: z.string() }),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  firstTimestamp: z.string().nullish(),
})

/** What Kubernetes noted of an object. */
export interface ToldEvent {
  /** Name of the object. */
  of: string
  reason: string
  text: string
  /** ms; 0 where it says no time. */
  at: number
}

/** Events of the namespace, what was written last at the end. `fieldSelector`: which; empty: all. */
export async function readEvents({ client }: Hand, fieldSelector: string, signal: AbortSignal): Promise<Answer<ToldEvent[]>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(client.namespace)}/events`
  const answer = await client.list<unknown>(path, '', signal, fieldSelector)
  if (!answer.ok) return answer
  const events = answer.value.flatMap((item) => Event.safeParse(item).data ?? []).map((event) => ({ event, at: timeOf(event) }))
  // Times are whole seconds; of one second, what was written last was said last.
  events.sort((a, b) => a.at - b.at || versionOf(a.event) - versionOf(b.event))
  return {
    ok: true,
    value: events.map(({ event: { involvedObject, reason, message }, at }) => ({
      of: involvedObject.name,
      reason,
      text: `${reason}: ${message}`,
      at,
    })),
  }
}

type Event = z.output<typeof Event>

function timeOf({ lastTimestamp, eventTime, firstTimestamp }: Event): number {
  return Date.parse(lastTimestamp ?? eventTime ?? firstTimestamp ?? '') || 0
}

function versionOf({ metadata }: Event): number {
  return Number(metadata.resourceVersion) || 0
}
