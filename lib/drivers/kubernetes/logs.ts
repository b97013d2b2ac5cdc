import type { LogLine, LogsResult } from '../driver'
import { type Hand, unreachable } from './clients'
import { readEvents, type ToldEvent } from './events'
import { SERVER_CONTAINER } from './kserve/render'
import { podsPath } from './read'
import { LABELS, shortHash } from './render/names'
import { Pod } from './replicas'

/** Logs are read of so many pods at most. */
const PODS_MAX = 16
const LINE_MAX = 4_000

/** The newest lines of an endpoint's pods, and what Kubernetes has to say of its objects. */
export async function readLogs(hand: Hand, endpointId: string, limit: number, signal: AbortSignal): Promise<LogsResult> {
  const { client } = hand
  const [pods, events] = await Promise.all([
    client.list<unknown>(podsPath(client.namespace), `${LABELS.endpoint}=${endpointId}`, signal),
    readEvents(hand, '', signal),
  ])
  if (!pods.ok) return unreachable(`${hand.name}: ${pods.reason}`)
  const names = pods.value.flatMap((pod) => Pod.safeParse(pod).data?.metadata.name ?? []).slice(0, PODS_MAX)
  const lines = await Promise.all(names.map((name) => podLines(hand, name, limit, signal)))
  // An event carries no label of ours: it is known by the hash in the names of all that an endpoint has.
  const own = `-${shortHash(endpointId)}`
  const told = events.ok ? events.value.flatMap((event) => eventLine(event, own) ?? []) : []
  return { ok: true, lines: [...lines.flat(), ...told].sort((a, b) => a.at - b.at).slice(-limit) }
}

async function podLines({ client, config }: Hand, name: string, limit: number, signal: AbortSignal): Promise<LogLine[]> {
  const container = config.mode === 'kserve' ? SERVER_CONTAINER : 'model'
  const query = { container, timestamps: 'true', tailLines: String(limit), limitBytes: '1000000' }
  const answer = await client.text(`${podsPath(client.namespace)}/${encodeURIComponent(name)}/log`, signal, query)
  // A pod that has not started has no log yet, and says by its events why.
  if (!answer.ok) return []
  return answer.value
    .split('\n')
    .filter(Boolean)
    .map((line): LogLine => {
      const at = Date.parse(line.slice(0, line.indexOf(' ')))
      const text = Number.isFinite(at) ? line.slice(line.indexOf(' ') + 1) : line
      return { at: Number.isFinite(at) ? at : 0, replica: name, stream: 'stdout', text: text.slice(0, LINE_MAX) }
    })
}

function eventLine({ of, at, text }: ToldEvent, own: string): LogLine | null {
  return `${of}-`.includes(`${own}-`) ? { at, replica: of, stream: 'event', text: text.slice(0, LINE_MAX) } : null
}
