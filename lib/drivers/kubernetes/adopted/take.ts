import { FULL } from '@/lib/endpoints/wish'
import { capital } from '@/lib/format'
import type { RouteAsked, RouteResult } from '../../driver'
import { again } from '../again'
import type { Answer } from '../answer'
import { type Hand, unreachable } from '../clients'
import { isDrifted, type Route, readyOf, recordOf } from '../observed'
import { type Held, readEndpoint } from '../read'
import type { EndpointRecord } from '../record'
import { LABELS } from '../render/names'
import { otherWriters } from '../writers'
import { type Adopted, adoptedOf, isAdopted, isLeftAlone, seenOf, theirRule, whyLeftAlone } from './adopted'
import { readAround } from './around'
import { adoptedObject, sinceOf } from './follow'
import { giveBack } from './give-back'
import { obstaclesOf, type Surroundings, THROUGH_KSERVE } from './obstacles'
import { ForeignSpec } from './parts'

/**
 * Gives an endpoint a share of the requests of a route that Slipway did not make; the same again changes nothing. Refused, with the reason, for what was not shown so,
 * what has an obstacle, and an endpoint that could not answer.
 */
export async function takeRoute(hand: Hand, asked: RouteAsked, signal: AbortSignal): Promise<RouteResult> {
  return (await again(() => take(hand, asked, signal))) ?? outrun(hand, asked.route)
}

/** Makes a route its owner's again, with the rule that it had. What is its owner's already is left as it is. */
export async function returnRoute(hand: Hand, asked: Pick<RouteAsked, 'endpointId' | 'route'>, signal: AbortSignal): Promise<RouteResult> {
  const given = await again(async () => {
    const held = await readEndpoint(hand, asked.endpointId, signal)
    if (!held.ok) return unreachable(`${hand.name}: ${held.reason}`)
    const own = held.value.adopted.filter(({ metadata }) => metadata.name === asked.route)
    return written(hand, await giveBack(hand, own, signal))
  })
  return given ?? outrun(hand, asked.route)
}

type Outcome = RouteResult | 'again'

async function take(hand: Hand, asked: RouteAsked, signal: AbortSignal): Promise<Outcome> {
  if (hand.config.mode !== 'gateway') return refused(THROUGH_KSERVE)
  const [around, held] = await Promise.all([readAround(hand, signal), readEndpoint(hand, asked.endpointId, signal)])
  if (typeof around === 'string') return unreachable(`${hand.name}: ${around}`)
  if (!held.ok) return unreachable(`${hand.name}: ${held.reason}`)
  const route = around.routes.find(({ metadata }) => metadata.name === asked.route)
  if (!route) return refused(`There is no HTTPRoute ${asked.route} in the namespace.`)
  const before = isAdopted(route) ? adoptedOf(route) : null
  const theirs = before?.theirs ?? theirRule(route)
  if (before && isSame(before, asked) && !isLeftAlone(route)) return { ok: true, kind: 'written' }
  if (seenOf(route) !== asked.seen) return stale(asked.route)
  const record = held.value.route && recordOf(held.value.route)
  const why = notTakable(route, asked, around) ?? (record ? notReady(asked, held.value, record) : NOT_HERE)
  if (why || !record || !theirs) return refused(why ?? `The rule of ${asked.route} cannot be read.`)
  const { endpointId, share, rewrite } = asked
  const services = new Set(held.value.services.map(({ metadata }) => metadata.name))
  const since = sinceOf(hand, route, record, services)
  const object = adoptedObject(hand, route, { endpointId, share, rewrite, theirs, since }, record, services)
  return written(hand, await hand.client.apply(object, signal))
}

/** What came of writing a route: where another wrote meanwhile, or took it away, it is looked at anew, and what the API server does not take is refused in its words. */
function written(hand: Hand, answer: Answer<unknown>): Outcome {
  if (answer.ok) return { ok: true, kind: 'written' }
  if (answer.kind === 'conflict' || answer.kind === 'not-found') return 'again'
  return answer.kind === 'invalid' || answer.kind === 'forbidden' ? refused(answer.reason) : unreachable(`${hand.name}: ${answer.reason}`)
}

const NOT_HERE = 'The endpoint is not served on this cluster: launch a version there first.'

/** What of the route is in the way. */
function notTakable(route: Route, { endpointId, share, rewrite, despite }: RouteAsked, around: Surroundings): string | null {
  const owner = route.metadata.labels[LABELS.endpoint]
  if (owner !== undefined && !isAdopted(route)) return 'It is an endpoint’s own route: Slipway made it.'
  if (isAdopted(route)) {
    if (owner !== endpointId) return 'It was taken over for another endpoint: give it back first.'
    if (isLeftAlone(route)) return `${capital(whyLeftAlone(route))}: give it back first, then look at it anew.`
  } else {
    const [first] = obstaclesOf(route, ForeignSpec.parse(route.spec ?? {}), around)
    if (first) return first
    // Their marks stay when they were told: that they were, a person says once.
    const untold = otherWriters(route).filter((tool) => !despite.includes(tool))
    if (untold.length > 0) return `${untold.join(' and ')} also writes to it: tell it first, and say so.`
  }
  // Both would get the path of one.
  if (rewrite && share > 0 && share < FULL)
    return 'With the model’s own path it can be tried, or take all requests: those who answered before would get that path too.'
  return null
}

/** Whether the endpoint can answer what it is to get. */
function notReady({ share }: RouteAsked, { route, pods, services }: Held, record: EndpointRecord): string | null {
  const { held, routed } = record
  if (!route || held.removed || !routed || routed.arms.length === 0) return NOT_HERE
  if (isDrifted(route, record)) return 'Another hand changed the endpoint’s own route: answer that first, on its page.'
  const there = new Set(services.map(({ metadata }) => metadata.name))
  const short = routed.arms.filter((arm) => arm.weight > 0 && (!there.has(arm.name) || readyOf(arm, pods) < arm.replicas))
  if (share === 0 || short.length === 0) return null
  return short.map((arm) => `v${arm.number} has ${readyOf(arm, pods)} of ${arm.replicas} replicas ready: wait until all are.`).join(' ')
}

function isSame({ endpointId, share, rewrite }: Adopted, asked: RouteAsked): boolean {
  return endpointId === asked.endpointId && share === asked.share && rewrite === asked.rewrite
}

function refused(reason: string): RouteResult {
  return { ok: false, kind: 'refused', reason }
}

function outrun(hand: Hand, route: string): RouteResult {
  return unreachable(`${hand.name}: HTTPRoute ${route} is changed by others faster than it can be written.`)
}

function stale(route: string): RouteResult {
  return { ok: false, kind: 'stale', reason: `HTTPRoute ${route} changed since it was shown: look again.` }
}
