import type { Wish } from '@/lib/endpoints/wish'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { wrongWish } from '@/lib/serving/capacity'
import type { ApplyResult } from '../driver'
import { adoptedDue, followRoutes } from './adopted/follow'
import { giveBack } from './adopted/give-back'
import { again } from './again'
import type { Failure } from './answer'
import { type Hand, unreachable } from './clients'
import { wrongMirror } from './gateways'
import { Deployment, heldPair, observedOf, type Route, readyOf, recordOf } from './observed'
import { type Held, readEndpoint } from './read'
import { blockedNow, type EndpointRecord, recordArms, removedRecord, standing, taken, type WishKey } from './record'
import { endpointName } from './render/names'
import type { KubeObject } from './render/object'
import { wrongHere } from './render/render'
import { type Serving, servingOf } from './serving-settings'
import { objectsDue, objectsEnded, objectsFor, pruneObjects, writeObjects } from './write-objects'
import { routeFor, writeRoute } from './write-route'

type Outcome = ApplyResult | 'again'

/** What one call has done, try by try: objects that it has written are not written again because a gateway wrote to the route meanwhile. */
interface Call {
  written: boolean
}

interface Target {
  wish: Wish
  /** Null: nothing can be started here, only weights moved. */
  serving: Serving | null
  /** It is a later wish than the one that is held. */
  later: boolean
  /** It was taken before, and not all of it written. */
  cutOff: boolean
}

/** Takes a wish: the route first, which says whose it is, then what runs. */
export function applyWish(hand: Hand, wish: Wish, signal: AbortSignal): Promise<ApplyResult> {
  const wrong = wrongWish(wish)
  if (wrong) return Promise.resolve({ ok: false, kind: 'refused', reason: wrong })

  const hash = wishHash(wish)
  return tried(hand, wish.endpointId, signal, async (held, record, call) => {
    const late = lateness(held, record, { ...wish, hash, removed: false })
    if (late.kind === 'stale' || late.kind === 'conflict') return { ok: false, ...late }
    const serving = servingOf(hand.config, hand.settings)
    const unserved = typeof serving === 'string' ? (runsAlready(wish, held) ? null : serving) : wrongHere(wish, serving)
    const reason = unserved ?? (await wrongMirror(hand, wish, record, signal))
    if (reason) return { ok: false, kind: 'refused', reason }
    const blocked = blockedNow(record?.routed ?? null, wish, (arm) => readyOf(arm, held.pods))
    const next = taken(record, wish, { blocked, at: Date.now() })
    const to = {
      wish,
      serving: typeof serving === 'string' ? null : serving,
      later: late.kind === 'later',
      cutOff: record?.held.written === false,
    }
    return settle(hand, held, next, to, call, signal)
  })
}

/** Stops serving. The route stays, attached to nothing, and remembers who said so. */
export function removeEndpoint(hand: Hand, key: WishKey, signal: AbortSignal): Promise<ApplyResult> {
  return tried(hand, key.endpointId, signal, async (held, record, call) => {
    const next = removedRecord(record, key, Date.now())
    const late = lateness(held, record, { ...key, hash: next.held.hash, removed: true })
    if (late.kind === 'stale' || late.kind === 'conflict') return { ok: false, ...late }
    return settle(hand, held, next, null, call, signal)
  })
}

function lateness(held: Held, record: EndpointRecord | null, wish: Parameters<typeof standing>[1]) {
  return standing(held.route && record ? heldPair(held.route, record) : null, wish)
}

/** Reads, tries, and reads again while somebody else was faster. */
async function tried(
  hand: Hand,
  endpointId: string,
  signal: AbortSignal,
  attempt: (held: Held, record: EndpointRecord | null, call: Call) => Promise<Outcome>,
): Promise<ApplyResult> {
  const call = { written: false }
  const outcome = await again(async () => {
    const held = await readEndpoint(hand, endpointId, signal)
    if (!held.ok) return unanswered(hand, held)
    return attempt(held.value, held.value.route && recordOf(held.value.route), call)
  })
  return outcome ?? unreachable(`${hand.name}: the route of this endpoint is changed by others faster than it can be written.`)
}

/**
 * Writes what a record says: the route, what runs, and the route again, where its rules may now name a new version. Only then does it say that all is written: what was
 * cut off in between is not acknowledged, and so done again.
 */
async function settle(hand: Hand, held: Held, next: EndpointRecord, to: Target | null, call: Call, signal: AbortSignal): Promise<Outcome> {
  const name = held.route?.metadata.name ?? endpointName(next)
  const services = new Set(held.services.map(({ metadata }) => metadata.name))
  const objects = to ? objectsFor(hand, to.wish, next, to.serving) : []
  const due = to?.cutOff && !call.written ? objects : objectsDue(objects, held, to?.later === true)
  const keep = new Set([...next.held.arms, ...(next.routed?.arms ?? [])].map((arm) => arm.name))
  const ended = objectsEnded(held, next, keep, { whole: next.held.removed, mode: hand.config.mode })
  const adopted = () => adoptedDue(hand, held.adopted, next, services)
  const returned = next.held.removed ? held.adopted : []
  const whole = due.length === 0 && ended.length === 0 && adopted().length === 0 && returned.length === 0
  const first = await write(hand, held.route, name, marked(next, whole), services, signal)
  if (!first.ok) return failed(hand, first)
  if (whole) return applied(first, held, due)
  const unwritten = await writeObjects(hand, due, objects, held, signal)
  if (unwritten) return failed(hand, unwritten)
  call.written = true
  for (const { kind, metadata } of due) if (kind === 'Service') services.add(metadata.name)
  // Routes that were taken over go by the same weights, before a version that they name goes.
  const followed = await (next.held.removed ? giveBack(hand, returned, signal) : followRoutes(hand, held.adopted, adopted(), signal))
  if (!followed.ok) return failed(hand, followed)
  const stopped = await pruneObjects(hand, ended, signal)
  if (stopped) return failed(hand, stopped)
  const second = await write(hand, first.route, name, marked(first.record, true), services, signal)
  return second.ok ? applied(second, { ...held, adopted: followed.value }, due) : failed(hand, second)
}

function marked(record: EndpointRecord, written: boolean): EndpointRecord {
  return { ...record, held: { ...record.held, written } }
}

/** As it now stands: with the Deployments that were just written. */
function applied({ route, record }: { route: Route; record: EndpointRecord }, held: Held, written: readonly KubeObject[]): Outcome {
  const made = written.filter(({ kind }) => kind === 'Deployment').map((object) => Deployment.parse(object))
  const names = new Set(made.map(({ metadata }) => metadata.name))
  const deployments = [...held.deployments.filter(({ metadata }) => !names.has(metadata.name)), ...made]
  return {
    ok: true,
    kind: 'applied',
    observed: observedOf({ route, adopted: held.adopted, record, deployments, pods: held.pods }),
  }
}

async function write(
  hand: Hand,
  there: Route | null,
  name: string,
  next: EndpointRecord,
  services: ReadonlySet<string>,
  signal: AbortSignal,
) {
  const { object, record } = routeFor(hand, there, name, next, services)
  const written = await writeRoute(hand, there, object, signal)
  return written.ok ? { ok: true as const, route: written.value, record } : written
}

/** Every version of it runs here as it is wanted: weights may move although none could be started. */
function runsAlready(wish: Wish, held: Held): boolean {
  const names = new Set(held.deployments.map(({ metadata }) => metadata.name))
  return recordArms(wish).every(({ name }) => names.has(name))
}

function failed(hand: Hand, failure: Failure): Outcome {
  return failure.kind === 'conflict' || failure.kind === 'exists' || failure.kind === 'not-found' ? 'again' : unanswered(hand, failure)
}

/** `refused` is what the cluster says of the wish; all else keeps us from it. */
function unanswered(hand: Hand, { kind, reason }: Failure): ApplyResult {
  const said = `${hand.name}: ${reason}`
  return kind === 'invalid' || kind === 'forbidden' || kind === 'not-served'
    ? { ok: false, kind: 'refused', reason: said }
    : unreachable(said)
}
