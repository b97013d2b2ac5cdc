import type * as z from 'zod'
import type { Permission } from '@/lib/auth/permissions'
import { type Command, defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { notFound, Problem } from '@/lib/errors'
import { wakeEndpoint } from '@/lib/events'
import { refusalSentence } from '../explain-why'
import { presentTraffic } from '../launching/present'
import { advance, type Input } from '../machine'
import { stepDecides } from '../options'
import { ControlRollout, MirrorRollout } from '../schema'
import type { RolloutState, Who } from '../state'
import { findRollout, type KeptRollout } from '../store'
import { canMirror } from './mirror'
import { adoptObserved, lockEndpoint, releaseLease, rolloutName, rolloutScope, settle } from './store'

/** What a control command answers: what the machine made of it. */
export interface Steered {
  id: string
  phase: string
  revision: number
}

type ControlKind = Exclude<Input['kind'], 'observed' | 'approve-complete' | 'reject' | 'supersede' | 'raise' | 'mirror'>
/** What a control command is asked; `share` by a mirror alone. */
interface Asked extends z.output<typeof ControlRollout> {
  share?: number | undefined
}
/** What a person's act is to the machine, with what the machine cannot know itself. */
type Ask = (rollout: KeptRollout, said: { by: Who; reason: string }, now: Date, asked: Asked, tx: Tx) => Input | Promise<Input>

/**
 * A person's hand on a rollout: the machine's answer, the new wish and the revision are written here, in one transaction. It does not wait for the engine:
 * a turn that runs meanwhile loses its compare-and-set. `fresh`: refused when the rollout changed since the person looked; what stops or lowers never is.
 */
function control(name: string, permission: Permission, kind: ControlKind | Ask, fresh: boolean): Command<typeof ControlRollout, Steered> {
  return steering(name, permission, kind, () => fresh, ControlRollout)
}

function steering<I extends z.ZodType<Asked>>(
  name: string,
  permission: Permission,
  kind: ControlKind | Ask,
  fresh: (asked: Asked) => boolean,
  schema: I,
): Command<I, Steered> {
  return defineCommand({
    name: `rollout.${name}`,
    input: schema,
    permission,
    scope: (tx, input) => rolloutScope(tx, input.rolloutId),
    async run({ tx, actor, input, now, audit }): Promise<Steered> {
      const asked = await findRollout(tx, input.rolloutId)
      if (!asked) throw notFound('such rollout')
      let endpoint = await lockEndpoint(tx, asked.endpointId)
      const rollout = (await findRollout(tx, input.rolloutId)) ?? asked
      if (fresh(input)) requireFresh(input, rollout.revision)
      const by: Who = { id: actor.id, name: actor.name }
      const said = { by, reason: input.reason }
      const asks = typeof kind === 'string' ? { kind, ...said } : await kind(rollout, said, now, input, tx)
      const moved = advance(rollout.plan, rollout.state, asks, now.getTime())
      if (!moved.ok) throw new Problem('conflict', refusalSentence(moved.refusal.code))
      const takeover = kind === 'takeover-keep' || kind === 'takeover-restore'
      if (takeover) endpoint = await adoptObserved(tx, endpoint, kind === 'takeover-keep', now)
      await settle(tx, endpoint, [{ rollout, next: moved.next, events: moved.events }], now, { renew: kind === 'takeover-restore' })
      await releaseLease(tx, endpoint.id)
      await wakeEndpoint(tx, endpoint.id)
      audit({
        kind: 'rollout',
        id: rollout.id,
        name: rolloutName(rollout.plan),
        detail: { reason: input.reason, phase: moved.next.phase, ...shareOf(moved.next, asks) },
      })
      const after = await findRollout(tx, rollout.id)
      return { id: rollout.id, phase: moved.next.phase, revision: after?.revision ?? rollout.revision }
    },
  })
}

function requireFresh(input: Asked, revision: number): void {
  if (input.revision === undefined)
    throw new Problem('invalid', 'revision: say which revision you looked at.', [
      { path: 'revision', message: `The present one is ${revision}.` },
    ])
  if (input.revision !== revision)
    throw new Problem(
      'stale',
      `The rollout changed since you looked at it: it is at revision ${revision}, you saw ${input.revision}. Look again.`,
    )
}

/** The share that is copied from now on, in the trail of who changed it. */
function shareOf(next: RolloutState, { kind }: Input): { share?: number } {
  return kind === 'mirror' || kind === 'unmirror' ? { share: (next.phase === 'holding' && next.mirror) || 0 } : {}
}

async function mirroring(rollout: KeptRollout, said: { by: Who; reason: string }, _now: Date, asked: Asked, tx: Tx): Promise<Input> {
  if (asked.share === 0) return { kind: 'unmirror', ...said }
  return { kind: 'mirror', ...said, share: asked.share ?? null, able: await canMirror(tx, rollout) }
}

async function raising(rollout: KeptRollout, said: { by: Who; reason: string }, now: Date): Promise<Input> {
  const traffic = await presentTraffic(rollout, now)
  return { kind: 'raise', ...said, decides: traffic !== null && stepDecides(rollout.plan, rollout.state, traffic) }
}

/** Holds the rollout where it is. Evidence goes on being counted, and a fail still returns. */
export const pauseRollout = control('pause', 'rollout:pause', 'pause', false)
/** Takes away a person's pause, a dwell, or the question of a preview. */
export const resumeRollout = control('resume', 'rollout:resume', 'resume', true)
/** A new dwell at this step, and a new end for the holds that stay. */
export const extendRollout = control('extend', 'rollout:resume', 'extend', true)
/** To the plan's next step, unproven, where this one cannot decide at the present traffic and the policy asks no approval: the right to promote covers it. */
export const raiseRollout = control('raise', 'rollout:promote', raising, true)
/** The candidate back to 0 % everywhere; the rollout stays live until it is resumed or returned. */
export const lowerRollout = control('lower', 'rollout:pause', 'lower', false)
/** Copies of live requests to the candidate while it is held, or (`share` 0, never stale) no more of them. */
export const mirrorRollout = steering('mirror', 'rollout:resume', mirroring, ({ share }) => share !== 0, MirrorRollout)
/** Straight to 100 %, where the policy asks no approval. */
export const promoteRollout = control('promote', 'rollout:promote', 'promote-now', true)
/** All traffic back to the version before. */
export const returnRollout = control('return', 'rollout:return', 'return', false)
/** Withdraws a rollout that waits for approval; a running one is returned. */
export const cancelRollout = control('cancel', 'rollout:cancel', 'cancel', false)
/** Another writer changed the route: theirs stays, and the rollout ends. */
export const keepTheirs = control('takeover-keep', 'rollout:takeover', 'takeover-keep', true)
/** Another writer changed the route: ours is written again. */
export const restoreOurs = control('takeover-restore', 'rollout:takeover', 'takeover-restore', true)
