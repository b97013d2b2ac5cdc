import { FULL } from '@/lib/endpoints/wish'
import { formatDuration } from '@/lib/format'
import { fieldsOfGates } from './plan-gates'
import { type Observable, observeOf } from './plan-observe'
import { ownSteps, stepsOf } from './plan-steps'
import { type Gate, type LaunchRollout, Pace, type PlanDocument, type Policy } from './schema'
import { returnsAlone } from './steps'

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
type Compiled =
  | { readonly ok: true; readonly plan: PlanDocument }
  | { readonly ok: false; readonly fields: Readonly<Record<string, string>> }

/** Anytime-valid error levels of a whole rollout: where each wave is judged by itself it is shared out evenly, so that it holds for all of them together. */
const ALPHA = 0.05
const ALPHA_SAFE = 0.05
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
  const own = ownSteps(input, strategy, fields)
  const gates = gatesOf(choice, policy, strategy, fields)
  const pace = paceOf(choice, policy, strategy, fields)
  const observe = from === null ? undefined : observeOf(gates, input.observable, input.rolloutId, fields)
  if (Object.keys(fields).length > 0) return { ok: false, fields }
  const tests = returnsAlone({ pace, waves: input.waves }) ? input.waves.length : 1
  return {
    ok: true,
    plan: {
      rolloutId: input.rolloutId,
      strategy,
      endpoint: input.endpoint,
      from,
      to,
      waves: input.waves.map(({ clusterId, cluster }) => ({
        clusterId,
        cluster,
        replicas: choice.replicas,
        ...owned(own(cluster), steps),
      })),
      steps,
      gates,
      pace,
      alpha: ALPHA / tests,
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
  // It moves all clusters at once, and is not judged: no wave of it can fail.
  const { waveFail: _none, ...pace } = input.policy.pace
  return {
    rolloutId: input.rolloutId,
    strategy: 'return',
    endpoint: input.endpoint,
    from: input.from,
    to: input.to,
    waves: input.waves.map(({ clusterId, cluster }) => ({ clusterId, cluster, replicas: input.replicas })),
    steps: [FULL],
    gates: [],
    pace,
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

/** A wave names its steps only where they are not the plan's. */
function owned(own: readonly number[], steps: readonly number[]): { steps?: number[] } {
  return own.join() === steps.join() ? {} : { steps: [...own] }
}

type Fields = Record<string, string>

function gatesOf(choice: LaunchRollout, policy: Policy, strategy: string, fields: Fields): Gate[] {
  const wanted: readonly Gate[] = strategy === 'initial' ? policy.initialGates : policy.gates
  if (!choice.gates) return [...wanted]
  Object.assign(fields, fieldsOfGates(choice.gates, wanted, strategy === 'initial'))
  return choice.gates
}

/** Times that protect may be longer than the policy's, times that wait may be shorter; `holdEnd` may become "return", `waveFail` "all". */
export const AT_LEAST = ['burnIn', 'soak', 'minDwell', 'minRequests', 'watch', 'warmth'] as const
export const AT_MOST = ['noDataAfter', 'holdMax'] as const

function paceOf(choice: LaunchRollout, policy: Policy, strategy: string, fields: Fields): Pace {
  const parsed = Pace.safeParse({ ...policy.pace, ...dropUndefined(choice.pace ?? {}) })
  if (!parsed.success) {
    for (const issue of parsed.error.issues) fields[`pace.${issue.path.join('.')}`] = issue.message
    return policy.pace
  }
  const pace = parsed.data
  const say = (name: keyof Pace) => (name === 'minRequests' ? `${policy.pace[name]}` : formatDuration(Number(policy.pace[name])))
  for (const name of AT_LEAST)
    if ((pace[name] ?? 0) < (policy.pace[name] ?? 0)) fields[`pace.${name}`] = `This environment asks at least ${say(name)}.`
  for (const name of AT_MOST) if (pace[name] > policy.pace[name]) fields[`pace.${name}`] = `This environment allows at most ${say(name)}.`
  if (pace.holdEnd === 'stay' && policy.pace.holdEnd === 'return')
    fields['pace.holdEnd'] = 'This environment returns when a hold ends: staying is not allowed.'
  if (pace.waveFail === 'wave' && policy.pace.waveFail !== 'wave')
    fields['pace.waveFail'] = 'This environment returns all clusters when one fails: returning one alone is not allowed.'
  const shortest = pace.burnIn + pace.minDwell
  if (strategy === 'canary' && pace.maxDwell < shortest)
    fields['pace.maxDwell'] = `A step needs at least ${formatDuration(shortest)} (burn-in and dwell) before it can decide.`
  if (strategy === 'blue-green' && choice.pace?.minDwell === undefined) return { ...pace, minDwell: Math.max(SWITCH_DWELL, pace.minDwell) }
  return pace
}

function dropUndefined(pace: Partial<Pace>): Partial<Pace> {
  return Object.fromEntries(Object.entries(pace).filter(([, value]) => value !== undefined))
}
