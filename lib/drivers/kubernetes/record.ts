import { createHash } from 'node:crypto'
import * as z from 'zod'
import { Mirror, type Wish, type WishArm } from '@/lib/endpoints/wish'
import { canonicalJson, wishHash } from '@/lib/endpoints/wish-hash'
import { blockedArms } from '@/lib/serving/capacity'
import { endpointName, versionName } from './render/names'

/** A version as the cluster remembers it. `config` names what its pods must hold: digest, threshold, baseline. */
const RecordArm = z.object({
  versionId: z.uuid(),
  role: z.enum(['live', 'candidate']),
  number: z.number().int(),
  name: z.string(),
  config: z.string(),
  replicas: z.number().int(),
  weight: z.number().int(),
})
export type RecordArm = z.infer<typeof RecordArm>

/** A wish by which the route's weights were written. `at`: when, ms by the writer's clock. */
const Routed = z.object({
  generation: z.number().int(),
  hash: z.string(),
  at: z.number(),
  arms: z.array(RecordArm),
  mirror: Mirror.nullish(),
  /** Key of what the wish wants counted beside requests. */
  observe: z.string().nullish(),
})
export type Routed = z.infer<typeof Routed>

/**
 * What an endpoint's HTTPRoute remembers, in one annotation, so that weights, fence and generation are written and compared in one update. It stays when
 * the endpoint is removed: the route is then attached to nothing. Small whatever a wish holds: no bins, no keys.
 */
export const EndpointRecord = z.object({
  endpointId: z.uuid(),
  environment: z.string(),
  model: z.string(),
  /** The last wish that was taken. `keys`: hash of its keys. */
  held: z.object({
    fence: z.number().int(),
    generation: z.number().int(),
    hash: z.string(),
    removed: z.boolean(),
    keys: z.string(),
    arms: z.array(RecordArm),
    mirror: Mirror.nullish(),
    /** All that it asks for beside the route was written, and what it does not ask for taken away: a turn that was cut off in between has not said so. */
    written: z.boolean().default(true),
  }),
  /** By which the route's rules were written; null: none yet. */
  routed: Routed.nullable(),
  /** By which the gateway routes until it accepts the rules as they stand: the last one whose rules it had accepted. */
  before: Routed.nullable(),
  /** Hash of the rules as they were written: another one is another hand's. */
  rules: z.string(),
})
export type EndpointRecord = z.infer<typeof EndpointRecord>

export type WishKey = Pick<Wish, 'endpointId' | 'fence' | 'generation'>

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** What the pods of an arm must hold: everything of it but its role, weight and number of replicas. At most 63 characters: it is a label. */
export function configOf({ versionId, number, digest, threshold, baseline }: WishArm): string {
  return hashOf({ versionId, number, digest, threshold, baseline }).slice(0, 20)
}

export function recordArms(wish: Wish): RecordArm[] {
  const base = endpointName(wish)
  return wish.arms.map((arm) => {
    const { versionId, role, number, replicas, weight } = arm
    return { versionId, role, number, replicas, weight, name: versionName(base, arm), config: configOf(arm) }
  })
}

/** Arms that keep the wish from being routed by now; see `blockedArms`. `ready`: replicas that hold the arm's config and can answer. */
export function blockedNow(routed: Routed | null, wish: Wish, ready: (arm: RecordArm) => number): boolean {
  const arms = new Map(recordArms(wish).map((arm) => [arm.versionId, arm]))
  // A version whose config is another is as if it had not been routed to.
  const kept = wish.arms.flatMap((arm) => {
    const before = routed?.arms.find((each) => each.versionId === arm.versionId)
    return before && before.config === arms.get(arm.versionId)?.config ? [{ ...arm, weight: before.weight }] : []
  })
  const readyOf = ({ versionId }: WishArm) => {
    const arm = arms.get(versionId)
    return arm ? ready(arm) : 0
  }
  return blockedArms({ ...wish, arms: kept }, wish, readyOf).length > 0
}

/**
 * What the route remembers once a wish is taken: routed by at once if its capacity is there, else by what it was routed by before. `before` and `rules` are left for the
 * writer of the route.
 */
export function taken(record: EndpointRecord | null, wish: Wish, now: { blocked: boolean; at: number }): EndpointRecord {
  const { endpointId, environment, model, fence, generation, mirror = null } = wish
  const arms = recordArms(wish)
  const held = { fence, generation, hash: wishHash(wish), removed: false, keys: hashOf(wish.keys), arms, mirror, written: true }
  const same = record?.routed?.generation === generation && record.routed.hash === held.hash
  const observe = wish.observe?.key ?? null
  const routed = same || now.blocked ? (record?.routed ?? null) : { generation, hash: held.hash, at: now.at, arms, mirror, observe }
  return { endpointId, environment, model, held, routed, before: record?.before ?? null, rules: record?.rules ?? '' }
}

/** What stays of a removed endpoint. An endpoint that was never here is remembered too. */
export function removedRecord(record: EndpointRecord | null, { endpointId, fence, generation }: WishKey, at: number): EndpointRecord {
  const { environment = 'removed', model = 'removed' } = record ?? {}
  const hash = hashOf({ endpointId, removed: true })
  const held = { fence, generation, hash, removed: true, keys: hashOf([]), arms: [], written: true }
  const again = record?.held.removed === true && record.routed?.generation === generation
  const routed = again ? record.routed : { generation, hash, at, arms: [] }
  return { endpointId, environment, model, held, routed, before: record?.before ?? null, rules: record?.rules ?? '' }
}

export type Standing = { kind: 'stale' | 'conflict'; fence: number; generation: number } | { kind: 'later' | 'same' }

/** Whether a writer comes too late. `there`: the pair by which the cluster is held, with what body. */
export function standing(
  there: { fence: number; generation: number; hash: string; removed: boolean } | null,
  wish: { fence: number; generation: number; hash: string; removed: boolean },
): Standing {
  if (!there) return { kind: 'later' }
  const { fence, generation } = there
  if (wish.fence < fence || (wish.fence === fence && wish.generation < generation)) return { kind: 'stale', fence, generation }
  if (wish.fence > fence || wish.generation > generation) return { kind: 'later' }
  return there.hash === wish.hash && there.removed === wish.removed ? { kind: 'same' } : { kind: 'conflict', fence, generation }
}
