import { type GateDrafts, gateDrafts, gatesOf } from '@/components/gates/draft'
import { fieldErrors } from '@/components/gates/errors'
import { type ClusterTexts, clusterTexts } from '@/components/rollouts/cluster-steps'
import { paceText, readSteps, stepsText } from '@/components/rollouts/launch-input'
import { Pace, Policy } from '@/lib/rollouts/schema'

const PACE_KEYS = Pace.keyof().options

/** What the policy form holds: texts as typed. */
export interface PolicyDraft {
  approvals: string
  alias: string
  steps: string
  /** Steps of single clusters, by name; empty: those of all. */
  clusterSteps: ClusterTexts
  gates: GateDrafts
  initialGates: GateDrafts
  pace: Record<keyof Pace, string>
}

export function draftOf(policy: Policy): PolicyDraft {
  return {
    approvals: String(policy.approvals),
    alias: policy.alias ?? '',
    steps: stepsText(policy.steps),
    clusterSteps: clusterTexts(policy.clusterSteps),
    gates: gateDrafts(policy.gates),
    initialGates: gateDrafts(policy.initialGates),
    pace: Object.fromEntries(PACE_KEYS.map((key) => [key, paceText(policy.pace, key)])) as PolicyDraft['pace'],
  }
}

/** The policy that a draft means, unchecked. */
function policyInput(draft: PolicyDraft) {
  const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
  const { holdEnd, waveFail, soak, ...pace } = draft.pace
  const own = Object.entries(draft.clusterSteps).flatMap(([cluster, text]) =>
    text.trim() === '' ? [] : [{ cluster, steps: readSteps(text) }],
  )
  return {
    approvals: number(draft.approvals),
    alias: draft.alias.trim() === '' ? null : draft.alias.trim(),
    steps: readSteps(draft.steps),
    ...(own.length > 0 ? { clusterSteps: own } : {}),
    gates: gatesOf(draft.gates),
    initialGates: gatesOf(draft.initialGates),
    pace: {
      ...Object.fromEntries(Object.entries(pace).map(([key, text]) => [key, number(text)])),
      ...(number(soak) === 0 ? {} : { soak: number(soak) }),
      holdEnd,
      ...(waveFail === 'all' ? {} : { waveFail }),
    },
  }
}

/** Checks a draft with the schema of the command: the policy, or what is wrong by path, gates by their metric. */
export function checkDraft(draft: PolicyDraft): { policy: Policy | null; errors: Record<string, string> } {
  const input = policyInput(draft)
  const result = Policy.safeParse(input)
  if (result.success) return { policy: result.data, errors: {} }
  return { policy: null, errors: fieldErrors(result.error.issues, input) }
}
