import { refusalSentence } from './explain-why'
import { advance, type Input, type Mirrors } from './machine'
import { optionsOf, stepDecides } from './options'
import type { Traffic } from './preview'
import type { Who } from './state'
import type { KeptRollout } from './store'
import type { ControlVerb, OptionView, VerbView } from './view-schema'

/** Who asks, of which rollout. `traffic`: what the endpoint has at present; null: not known, or not asked for. */
interface Asking {
  rollout: KeptRollout
  actor: Who
  mayDo: (verb: ControlVerb) => boolean
  traffic: Traffic | null
  /** Whether copies can be sent, or why not. */
  mirrors: Mirrors
  now: number
}

const INPUTS = {
  pause: 'pause',
  resume: 'resume',
  extend: 'extend',
  lower: 'lower',
  unmirror: 'unmirror',
  promote: 'promote-now',
  return: 'return',
  cancel: 'cancel',
  keep: 'takeover-keep',
  restore: 'takeover-restore',
} as const
const VERBS = [...Object.keys(INPUTS), 'raise', 'mirror'] as ControlVerb[]
const WHO_MAY = 'Engineers and SREs may pause, resume and return this rollout.'
/** Refusals that a person should read before trying; the others only mean that the verb is not for now. */
const TOLD: Partial<Record<ControlVerb, readonly string[]>> = {
  promote: ['needs-approval', 'takeover'],
  raise: ['needs-approval', 'step-decides', 'not-ready', 'held-otherwise'],
  mirror: ['cannot-mirror', 'mirrors-at-zero'],
}

/** Which verbs this actor may press now: asked of the machine itself, so that no button lies. */
export function verbsOf(asking: Asking): Record<ControlVerb, VerbView> {
  return Object.fromEntries(VERBS.map((verb) => [verb, ask(asking, verb)])) as Record<ControlVerb, VerbView>
}

function ask(asking: Asking, verb: ControlVerb): VerbView {
  const { rollout, mayDo, now } = asking
  if (rollout.plan.strategy === 'return' && verb === 'return') return { allowed: false, why: null }
  // Offered to who is asked: whether a step can decide is looked at when it is held.
  if (verb === 'raise' && rollout.state.phase !== 'holding') return { allowed: false, why: null }
  // Before approval there is nothing to return: cancel is its name then, and later return is.
  if (verb === (rollout.state.phase === 'awaiting-approval' ? 'return' : 'cancel')) return { allowed: false, why: null }
  const moved = advance(rollout.plan, rollout.state, inputOf(asking, verb), now)
  if (!moved.ok) return { allowed: false, why: TOLD[verb]?.includes(moved.refusal.code) ? refusalSentence(moved.refusal.code) : null }
  if (moved.next === rollout.state) return { allowed: false, why: null }
  return mayDo(verb)
    ? { allowed: true, why: null }
    : { allowed: false, why: verb === 'keep' || verb === 'restore' ? 'SREs may keep theirs or restore ours.' : WHO_MAY }
}

/** Can the present step decide by itself, at the present traffic? */
export function decidesNow({ rollout, traffic }: Pick<Asking, 'rollout' | 'traffic'>): boolean {
  return traffic !== null && stepDecides(rollout.plan, rollout.state, traffic)
}

function inputOf(asking: Asking, verb: ControlVerb): Input {
  const said = { by: asking.actor, reason: '' }
  if (verb === 'raise') return { kind: 'raise', ...said, decides: decidesNow(asking) }
  return verb === 'mirror' ? { kind: 'mirror', ...said, share: null, able: asking.mirrors } : { kind: INPUTS[verb], ...said }
}

/** What a rollout that waits for a person offers, with what follows; what cannot be pressed says why. Who may is said once, over all. */
export function optionViews(asking: Asking, verbs: Record<ControlVerb, VerbView>): OptionView[] {
  const { rollout, traffic, mayDo } = asking
  return optionsOf(rollout.plan, rollout.state, traffic).map((option) => {
    // After promotion going back is a rollout of its own, for those who may return.
    if (rollout.state.phase !== 'promoted') {
      const { allowed, why } = verbs[option.verb]
      return { ...option, allowed, why: why === WHO_MAY ? null : why }
    }
    return { ...option, allowed: mayDo('return'), why: mayDo('return') ? null : WHO_MAY }
  })
}
