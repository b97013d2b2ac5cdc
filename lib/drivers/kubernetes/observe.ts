import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import type { ObserveResult } from '../driver'
import { isAdopted } from './adopted/adopted'
import type { Answer } from './answer'
import { type Hand, unreachable } from './clients'
import { readHoldUps } from './hold-ups'
import { type HeldText, type Holding, holdingOf, listsOf, OURS, readMetadata, readServices, readText } from './holding'
import type { ListText } from './list-text'
import { isLedAstray, observedOf, recordOf } from './observed'
import { LABELS } from './render/names'
import { isUnmade } from './replicas'
import { servingOf } from './serving-settings'
import { Unchanged } from './unchanged'
import { readUsage, type Usage, withBeside } from './usage'

/** What a namespace holds, as it was understood. */
interface Understood {
  endpoints: Map<string, ObservedEndpoint>
  /** Why endpoints could not be understood. */
  unread: Map<string, string>
  /** A Service is gone, or leads elsewhere than it was written to. */
  astray: boolean
  /** Names of pods that have a node, and no container yet. */
  unmade: Set<string>
}

/** All is asked for whole this often, and Services then in the place of what pods use; both each time while a Service leads astray. Milliseconds. */
const WHOLE_MS = 15_000
/** Why pods have no containers yet is asked for this often, while there are such pods. Milliseconds. */
const HELD_UP_MS = 5_000

/** What was told of Services, and beside which routes. */
interface ServicesTold {
  beside: string
  text: ListText
}

/** What is remembered of one client's namespace. */
interface Memory {
  /** What it last said, as a digest, and how that was understood. */
  said: string
  understood: Understood
  /** Digest of its routes by the last look. */
  routes: string
  services: ServicesTold | null
  unchanged: Unchanged
  /** When all was last asked for whole by the clock. */
  beatAt: number
  usage: Map<string, Usage> | null
  heldUp: Map<string, string>
  /** When that was last asked for. */
  heldUpAt: number
}

const memories = new WeakMap<object, Memory>()

/**
 * All endpoints of the cluster's namespace, in four calls: seven when something has changed after a time in which nothing did, five while something is not as it should be, three more every 5 s while pods
 * wait for their containers, and one more where KServe runs the models. An endpoint whose record cannot be read is told with the reason; it hides no other. Routes, Deployments and pods are asked
 * for each time: whole, or where nothing has changed by their metadata, and whole all the same every 15 s.
 */
export async function observeAll(hand: Hand, signal: AbortSignal): Promise<ObserveResult> {
  const memory = memoryOf(hand.client)
  // Another look may go on beside this one: it is judged by what was known when it began.
  const { services: before, routes, understood } = memory
  const now = performance.now()
  const isBeat = now - memory.beatAt >= WHOLE_MS
  // Where nothing can be started nothing could be put back.
  const asks = typeof servingOf(hand.config, hand.settings) !== 'string' && (isBeat || understood.astray || before === null)
  if (isBeat) memory.beatAt = now
  const asksWhy = understood.unmade.size > 0 && now - memory.heldUpAt >= HELD_UP_MS
  if (asksWhy) memory.heldUpAt = now
  const [text, services, usage, heldUp] = await Promise.all([
    asks || isBeat ? readText(hand, signal) : readChanged(hand, memory.unchanged, signal),
    asks ? readServices(hand, signal) : null,
    isBeat && memory.usage ? memory.usage : readUsage(hand, OURS, signal),
    asksWhy ? readHoldUps(hand, signal) : memory.heldUp,
  ])
  if (text !== 'unchanged' && !text.ok) return unreachable(`${hand.name}: ${text.reason}`)
  // What could not be read takes nothing back.
  Object.assign(memory, { usage, heldUp: heldUp ?? memory.heldUp })
  const wrong = text === 'unchanged' ? null : take(hand, memory, text.value, { services, routes })
  if (wrong) return unreachable(`${hand.name}: ${wrong}`)
  const { endpoints, unread, unmade } = memory.understood
  const beside = { usage, heldUp: new Map([...memory.heldUp].filter(([pod]) => unmade.has(pod))) }
  const told = [...endpoints].map(([id, endpoint]) => [id, withBeside(endpoint, beside)] as const)
  return { ok: true, endpoints: new Map(told), unread: new Map(unread), offsetMs: null }
}

/** What the namespace holds, where that is not what it last said. */
async function readChanged(hand: Hand, unchanged: Unchanged, signal: AbortSignal): Promise<Answer<HeldText> | 'unchanged'> {
  if (!unchanged.isStill) return readText(hand, signal)
  const metadata = await readMetadata(hand, signal)
  if (!metadata) unchanged.failed()
  return metadata && unchanged.isOf(metadata) ? 'unchanged' : readText(hand, signal)
}

/** Keeps a whole answer. `routes`: digest of them by the look before. Says what cannot be understood of it; null: nothing. */
function take(
  hand: Hand,
  memory: Memory,
  text: HeldText,
  { services, routes }: { services: ListText | null; routes: string },
): string | null {
  memory.routes = text.routes.digest()
  // Services may have been answered before a version was written, and routes after: they are believed where the routes are as the look before had them.
  if (services && memory.routes === routes) memory.services = { beside: routes, text: services }
  else if (memory.services?.beside !== memory.routes) memory.services = null
  const known = memory.services?.text ?? null
  const said = digestOf(hand.name, text, known)
  if (memory.said !== said) {
    const held = holdingOf(text, known)
    if (!held.ok) return held.reason
    Object.assign(memory, { said, understood: understand(hand.name, held.value) })
  }
  memory.unchanged.took(text)
  return null
}

function memoryOf(client: object): Memory {
  const memory = memories.get(client) ?? {
    said: '',
    understood: { endpoints: new Map(), unread: new Map(), astray: false, unmade: new Set() },
    routes: '',
    services: null,
    unchanged: new Unchanged(),
    beatAt: Number.NEGATIVE_INFINITY,
    usage: null,
    heldUp: new Map(),
    heldUpAt: Number.NEGATIVE_INFINITY,
  }
  memories.set(client, memory)
  return memory
}

function digestOf(name: string, text: HeldText, services: ListText | null): string {
  return [...listsOf(text), services].map((list) => list?.digest() ?? 'none').join(' ') + name
}

function understand(name: string, held: Holding): Understood {
  const adopted = byEndpoint(held.routes.filter(isAdopted))
  const deployments = byEndpoint(held.deployments)
  const pods = byEndpoint(held.pods)
  const endpoints = new Map<string, ObservedEndpoint>()
  const unread = new Map<string, string>()
  let astray = false
  for (const route of held.routes) {
    const id = route.metadata.labels[LABELS.endpoint]
    if (!id || isAdopted(route)) continue
    try {
      const record = recordOf(route)
      if (!record) continue
      const seen = {
        route,
        adopted: adopted.get(id) ?? [],
        record,
        deployments: deployments.get(id) ?? [],
        pods: pods.get(id) ?? [],
        troubles: held.troubles,
        services: held.services,
      }
      endpoints.set(id, observedOf(seen))
      astray ||= isLedAstray(seen)
    } catch {
      unread.set(
        id,
        `${name}: the annotation in which HTTPRoute ${route.metadata.name} remembers this endpoint was changed, and cannot be read.`,
      )
    }
  }
  return { endpoints, unread, astray, unmade: new Set(held.pods.filter(isUnmade).map(({ metadata }) => metadata.name)) }
}

function byEndpoint<T extends { metadata: { labels: Record<string, string> } }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const id = item.metadata.labels[LABELS.endpoint] ?? ''
    const group = groups.get(id) ?? []
    group.push(item)
    groups.set(id, group)
  }
  return groups
}
