import { FULL } from '@/lib/endpoints/wish'
import { formatDuration, formatWeight } from '@/lib/format'
import { fieldsOfGates } from './plan-gates'
import { type Observable, observeOf } from './plan-observe'
import { type Gate, type LaunchRollout, Pace, type PlanDocument, type Policy, Steps } from './schema'

export interface PlanVersion {
  readonly id: string
  readonly number: number
  readonly digest: string
}

export interface PlanInput {
  readonly rolloutId: string
  /** `choice.strategy` 'return' is made by `compileReturn`. */
  readonly choice: LaunchRollout
  readonly endpoint: { readonly id: string; readonly model: string; readonly environment: string }
  /** The live version; null for an endpoint without one (then the strategy is initial). */
  readonly from: PlanVersion | null
  readonly to: PlanVersion
  readonly policy: Policy
  readonly policyVersion: number
  /** In the order in which they go: one cluster each. */
  readonly waves: readonly { readonly clusterId: string; readonly cluster: string }[]
  /** Members who may not be its sole approver. */
  readonly authors: readonly string[]
  readonly rerun?: boolean
  /** What of the live version's requests can be counted beside them. */
  readonly observable?: Observable
}

/** `fields`: path in the choice -> what is wrong and what is allowed. */
export type Compiled =
  | { readonly ok: true; readonly plan: PlanDocument }
  | { readonly ok: false; readonly fields: Readonly<Record<string, string>> }

/** Anytime-valid error levels of a whole rollout. */
export const ALPHA = 0.05
export const ALPHA_SAFE = 0.05
/** A blue/green is watched at 100 % for this long at least, before it is promoted. */
const SWITCH_DWELL = 300

/** The immutable document from a person's choice and the environment's policy, whose minima it may not undercut. */
export function compilePlan(input: PlanInput): Compiled {
  const { choice, policy, from, to } = input
  const fields: Record<string, string> = {}
  const strategy = from === null ? 'initial' : choice.strategy
  if (from !== null && choice.strategy === 'initial')
    fields.strategy = `Version ${from.number} is live here: choose canary or blue-green. "initial" is for an endpoint's first version.`
  if (from !== null && from.id === to.id) fields.version = `Version ${to.number} is already live here: choose another version.`
  if (input.waves.length === 0) fields.environment = 'This environment has no cluster: add one first.'
  const steps = stepsOf(choice, policy, strategy, fields)
  const gates = gatesOf(choice, policy, strategy, fields)
  const pace = paceOf(choice, policy, strategy, fields)
  const observe = from === null ? undefined : observeOf(gates, input.observable, input.rolloutId, fields)
  if (Object.keys(fields).length > 0) return { ok: false, fields }
  return {
    ok: true,
    plan: {
      rolloutId: input.rolloutId,
      strategy,
      endpoint: input.endpoint,
      from,
      to,
      waves: input.waves.map(({ clusterId, cluster }) => ({ clusterId, cluster, replicas: choice.replicas })),
      steps,
      gates,
      pace,
      alpha: ALPHA,
      alphaSafe: ALPHA_SAFE,
      approvals: policy.approvals,
      policyVersion: input.policyVersion,
      alias: policy.alias,
      sameArtifact: from !== null && from.digest === to.digest,
      authors: [...new Set(input.authors)],
      rerun: input.rerun ?? false,
      ...(observe ? { observe } : {}),
    },
  }
}

/** A return to an earlier version (or, `to` null, to none): no gates, no approval, no window. The caller has checked that `to` was promoted here before. */
export function compileReturn(input: {
  rolloutId: string
  endpoint: PlanInput['endpoint']
  from: PlanVersion | null
  to: PlanVersion | null
  policy: Policy
  policyVersion: number
  waves: readonly { readonly clusterId: string; readonly cluster: string }[]
  replicas: number
  authors: readonly string[]
}): PlanDocument {
  return {
    rolloutId: input.rolloutId,
    strategy: 'return',
    endpoint: input.endpoint,
    from: input.from,
    to: input.to,
    waves: input.waves.map(({ clusterId, cluster }) => ({ clusterId, cluster, replicas: input.replicas })),
    steps: [FULL],
    gates: [],
    pace: input.policy.pace,
    alpha: ALPHA,
    alphaSafe: ALPHA_SAFE,
    approvals: 0,
    policyVersion: input.policyVersion,
    alias: input.policy.alias,
    sameArtifact: input.from !== null && input.from.digest === input.to?.digest,
    authors: [...new Set(input.authors)],
    rerun: false,
  }
}

type Fields = Record<string, string>

function stepsOf(choice: LaunchRollout, policy: Policy, strategy: string, fields: Fields): number[] {
  if (strategy !== 'canary') {
    const fixed = strategy === 'initial' ? [FULL] : [0, FULL]
    if (choice.steps && choice.steps.join() !== fixed.join())
      fields.steps = `A ${strategy === 'initial' ? 'first version' : 'blue/green'} goes ${fixed.map(formatWeight).join(' -> ')}: leave the steps out.`
    return fixed
  }
  const steps = choice.steps ?? policy.steps
  const parsed = Steps.safeParse(steps)
  if (!parsed.success) {
    fields.steps = parsed.error.issues[0]?.message ?? 'Steps must rise to 100 %.'
    return policy.steps
  }
  const issue = stepIssue(steps, policy.steps)
  if (issue) fields.steps = issue
  return [...steps]
}

/** A canary may be more careful than its policy: begin lower, rise in smaller strides. Never the other way. Null when it is. */
export function stepIssue(steps: readonly number[], policy: readonly number[]): string | null {
  const allowed = policy.map(formatWeight).join(' -> ')
  if (steps[0] === 0) return 'A canary begins above 0 %: 0 is the preview of a blue/green.'
  const first = policy.find((step) => step > 0) ?? FULL
  if (steps[0] > first) return `The first step is at most ${formatWeight(first)} here (policy: ${allowed}), not ${formatWeight(steps[0])}.`
  for (let i = 1; i < steps.length; i += 1) {
    const reach = policy.find((step) => step > steps[i - 1]) ?? FULL
    if (steps[i] > reach)
      return `From ${formatWeight(steps[i - 1])} the next step is at most ${formatWeight(reach)} here (policy: ${allowed}), not ${formatWeight(steps[i])}.`
  }
  return null
}

function gatesOf(choice: LaunchRollout, policy: Policy, strategy: string, fields: Fields): Gate[] {
  const wanted: readonly Gate[] = strategy === 'initial' ? policy.initialGates : policy.gates
  if (!choice.gates) return [...wanted]
  Object.assign(fields, fieldsOfGates(choice.gates, wanted, strategy === 'initial'))
  return choice.gates
}

/** Times that protect may be longer than the policy's, times that wait may be shorter; `holdEnd` may become "return". */
export const AT_LEAST = ['burnIn', 'minDwell', 'minRequests', 'watch', 'warmth'] as const
export const AT_MOST = ['noDataAfter', 'holdMax'] as const

function paceOf(choice: LaunchRollout, policy: Policy, strategy: string, fields: Fields): Pace {
  const parsed = Pace.safeParse({ ...policy.pace, ...dropUndefined(choice.pace ?? {}) })
  if (!parsed.success) {
    for (const issue of parsed.error.issues) fields[`pace.${issue.path.join('.')}`] = issue.message
    return policy.pace
  }
  const pace = parsed.data
  const say = (name: keyof Pace) => (name === 'minRequests' ? `${policy.pace[name]}` : formatDuration(Number(policy.pace[name])))
  for (const name of AT_LEAST) if (pace[name] < policy.pace[name]) fields[`pace.${name}`] = `This environment asks at least ${say(name)}.`
  for (const name of AT_MOST) if (pace[name] > policy.pace[name]) fields[`pace.${name}`] = `This environment allows at most ${say(name)}.`
  if (pace.holdEnd === 'stay' && policy.pace.holdEnd === 'return')
    fields['pace.holdEnd'] = 'This environment returns when a hold ends: "stay" is not allowed.'
  const shortest = pace.burnIn + pace.minDwell
  if (strategy === 'canary' && pace.maxDwell < shortest)
    fields['pace.maxDwell'] = `A step needs at least ${formatDuration(shortest)} (burn-in and dwell) before it can decide.`
  if (strategy === 'blue-green' && choice.pace?.minDwell === undefined) return { ...pace, minDwell: Math.max(SWITCH_DWELL, pace.minDwell) }
  return pace
}

function dropUndefined(pace: Partial<Pace>): Partial<Pace> {
  return Object.fromEntries(Object.entries(pace).filter(([, value]) => value !== undefined))
}
