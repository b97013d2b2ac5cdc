import { createHash } from 'node:crypto'
import * as z from 'zod'
import { FULL } from '@/lib/endpoints/wish'
import { canonicalJson } from '@/lib/endpoints/wish-hash'
import { capital } from '@/lib/format'
import { ANNOTATIONS, LABELS, MANAGER } from '../render/names'
import { routeHash } from '../route-facts'
import { otherWriters } from '../writers'

/** A rule as its owner wrote it: what Slipway does not know of it stays. */
const TheirRule = z.looseObject({
  matches: z.array(z.looseObject({ headers: z.array(z.unknown()).optional() })).optional(),
  filters: z.array(z.looseObject({ type: z.string() })).optional(),
  backendRefs: z.array(z.looseObject({ name: z.string(), weight: z.number().int().default(1) })).default([]),
})
export type TheirRule = z.output<typeof TheirRule>

/** What a route that was taken over remembers, in one annotation of its own. */
const Adopted = z.object({
  endpointId: z.uuid(),
  /** Of its requests, so many go to the endpoint, in basis points; the rest to what answered before. */
  share: z.number().int().min(0).max(FULL),
  /** The matched prefix becomes the model's own path on our servers. */
  rewrite: z.boolean(),
  /** Its rule as it was: the way back. */
  theirs: TheirRule,
  /** The generation that was routed by when the share was taken: it was acknowledged by the other routes, and waits for this one no more. */
  since: z.number().int().default(-1),
  /** Hash of the rules as Slipway wrote them: another one is another hand's. */
  rules: z.string(),
})
export type Adopted = z.output<typeof Adopted>

interface Stored {
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> }
  spec?: unknown
}

/**
 * Whether this route serves an endpoint and is somebody else's: taken over once. An endpoint's own route is known by its record, or by our name on it where the record
 * is gone; theirs by what it remembers, or by neither. Any one of these marks may be taken away.
 */
export function isAdopted({ metadata: { labels, annotations } }: Stored): boolean {
  if (!(LABELS.endpoint in labels) || ANNOTATIONS.record in annotations) return false
  return ANNOTATIONS.adopted in annotations || labels[LABELS.managedBy] !== MANAGER
}

/** What it remembers; null: it was never taken over, or somebody changed the annotation or took it away. */
export function adoptedOf({ metadata }: Stored): Adopted | null {
  try {
    const adopted = Adopted.parse(JSON.parse(metadata.annotations[ANNOTATIONS.adopted] ?? ''))
    return adopted.endpointId === metadata.labels[LABELS.endpoint] ? adopted : null
  } catch {
    return null
  }
}

/** Rules only: host names and parents stay their owner's to change. */
export function rulesHash(rules: unknown): string {
  return routeHash({ rules })
}

/** Whether another hand changed its rules since Slipway wrote them, or what it remembers: then nothing is written over them. */
export function isLeftAlone(route: Stored): boolean {
  return adoptedOf(route)?.rules !== rulesHash(rulesOf(route))
}

/**
 * Whether the wish that was routed by as `generation` is acknowledged only once this route's gateway takes its rules: not if its share was taken when that one was
 * routed by already.
 */
export function isAwaited(route: Stored, generation: number): boolean {
  return !isLeftAlone(route) && adoptedOf(route)?.since !== generation
}

/** Why a route is left alone, as a clause: of its marks only what is seen is said, not who did what. */
export function whyLeftAlone(route: Stored): string {
  const { name, annotations } = route.metadata
  if (adoptedOf(route)) return `another hand changed the rules of HTTPRoute ${name} since it was adopted`
  const mark = `the annotation ${ANNOTATIONS.adopted}, by which it is known what was adopted of it`
  return ANNOTATIONS.adopted in annotations
    ? `HTTPRoute ${name} bears ${mark}, not as Slipway wrote it for this endpoint`
    : `HTTPRoute ${name} lacks ${mark}`
}

export function leftAloneWords(route: Stored): string {
  return `${capital(whyLeftAlone(route))}: nothing is written over its rules until it is given back on the cluster's page.`
}

export function rulesOf({ spec }: Pick<Stored, 'spec'>): unknown[] {
  return z.object({ rules: z.array(z.unknown()).default([]) }).safeParse(spec ?? {}).data?.rules ?? []
}

/** The one rule of a route that was never taken over; null: it cannot be read. */
export function theirRule(route: Pick<Stored, 'spec'>): TheirRule | null {
  return TheirRule.safeParse(rulesOf(route)[0]).data ?? null
}

/** What a person saw of a route: another text as soon as its spec, its writers or its state with us are others. A gateway's status changes nothing. */
export function seenOf(route: Stored & { metadata: { uid?: unknown; generation?: number } }): string {
  const { uid, generation, labels, annotations } = route.metadata
  const state = [uid ?? null, generation ?? null, labels[LABELS.endpoint] ?? null, annotations[ANNOTATIONS.adopted] ?? null]
  return createHash('sha256')
    .update(canonicalJson([...state, otherWriters(route)]))
    .digest('hex')
    .slice(0, 20)
}
