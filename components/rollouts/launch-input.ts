import type { Gate, LaunchRollout, Pace, Policy } from '@/lib/rollouts/schema'

/** What the launch form holds: texts as typed, so that nothing typed is lost. */
export interface LaunchDraft {
  model: string
  version: string
  environment: string
  strategy: LaunchRollout['strategy']
  /** Percent, separated by commas or spaces. */
  steps: string
  /** Seconds; only what was touched. */
  pace: Partial<Record<keyof Pace, string>>
  /** "metric.field" -> number as text; only what was touched. */
  gateFields: Record<string, string>
  /** Metrics that are switched off. */
  gatesOff: string[]
  replicas: string
}

const PERCENT = 100

/** Basis points -> "1, 5, 25, 50, 100". */
export function stepsText(steps: readonly number[]): string {
  return steps.map((step) => String(step / PERCENT)).join(', ')
}

/** "1, 5, 25 100 %" -> basis points; what is no number stays NaN, so that the check names it. */
export function readSteps(text: string): number[] {
  return text
    .replaceAll('%', ' ')
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((each) => Math.round(Number(each) * PERCENT))
}

/** The gates of the policy with what was changed. */
export function draftGates(policy: Policy, draft: LaunchDraft): Gate[] {
  return policy.gates
    .filter((gate) => !draft.gatesOff.includes(gate.metric))
    .map((gate) => {
      const entries = Object.entries(gate).map(([field, value]) => {
        const typed = draft.gateFields[`${gate.metric}.${field}`]
        return [field, typed === undefined ? value : Number(typed)]
      })
      const noData = draft.gateFields[`${gate.metric}.noData`]
      return Object.fromEntries([...entries, ...(noData === undefined ? [] : [['noData', noData]])]) as Gate
    })
}

/** What is sent: the three choices, and of the rest only what differs from the environment's defaults. */
export function launchInput(draft: LaunchDraft, policy: Policy): Record<string, unknown> {
  const steps = readSteps(draft.steps)
  const pace = Object.entries(draft.pace).filter(([key, text]) => text !== undefined && text !== String(policy.pace[key as keyof Pace]))
  const gatesTouched = draft.gatesOff.length > 0 || Object.keys(draft.gateFields).length > 0
  return {
    model: draft.model,
    environment: draft.environment,
    version: Number(draft.version),
    strategy: draft.strategy,
    ...(draft.strategy === 'canary' && stepsText(steps) !== stepsText(policy.steps) ? { steps } : {}),
    ...(gatesTouched ? { gates: draftGates(policy, draft) } : {}),
    ...(pace.length > 0 ? { pace: Object.fromEntries(pace.map(([key, text]) => [key, key === 'holdEnd' ? text : Number(text)])) } : {}),
    ...(draft.replicas === '1' ? {} : { replicas: Number(draft.replicas) }),
  }
}

/** How many of the defaults were changed. */
export function changedCount(draft: LaunchDraft, policy: Policy): number {
  const input = launchInput(draft, policy)
  const gates = draft.gatesOff.length + Object.keys(draft.gateFields).length
  return gates + Object.keys((input.pace as object | undefined) ?? {}).length + ('steps' in input ? 1 : 0) + ('replicas' in input ? 1 : 0)
}
