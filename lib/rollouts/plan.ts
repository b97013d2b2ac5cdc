import type { LaunchRollout, PlanDocument, Policy } from './schema'

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
}

/** `fields`: path in the choice -> what is wrong and what is allowed. */
export type Compiled =
  | { readonly ok: true; readonly plan: PlanDocument }
  | { readonly ok: false; readonly fields: Readonly<Record<string, string>> }

/** The immutable document from a person's choice and the environment's policy, whose minima it may not undercut. */
export function compilePlan(_input: PlanInput): Compiled {
  throw new Error('not yet')
}

/** A return to an earlier version (or, `to` null, to none): no gates, no approval, no window. The caller has checked that `to` was promoted here before. */
export function compileReturn(_input: {
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
  throw new Error('not yet')
}
