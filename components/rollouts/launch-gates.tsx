'use client'

import { gateOf, metricsOf } from '@/components/gates/draft'
import { GateList } from '@/components/gates/gate-list'
import { GATE_KINDS, INITIAL_KINDS } from '@/components/gates/kinds'
import { fieldsOfGates } from '@/lib/rollouts/plan-gates'
import { Gate, type Policy } from '@/lib/rollouts/schema'
import { askedGates, type LaunchDraft } from './launch-input'

interface LaunchGatesProps {
  draft: LaunchDraft
  policy: Policy
  errors: Record<string, string>
  onChange: (change: Partial<LaunchDraft>) => void
}

/** The gates of a launch: the environment's, which may be stricter, and others. What the policy does not allow is said while it is typed. */
export default function LaunchGates({ draft, policy, errors, onChange }: LaunchGatesProps) {
  const initial = draft.strategy === 'initial'
  return (
    <GateList
      legend="Gates"
      hint="Stricter than the environment’s, and more of them, may be asked for. What is looser is refused."
      none="This environment asks for none: nothing would be judged."
      kinds={initial ? INITIAL_KINDS : GATE_KINDS}
      values={draft.gates}
      asked={askedGates(policy, draft.strategy)}
      path="gates"
      errors={{ ...errors, ...looser(draft, policy) }}
      onChange={(gates) => onChange({ gates })}
    />
  )
}

/** What the policy does not allow, of the gates that are complete. */
function looser({ gates, strategy }: LaunchDraft, policy: Policy): Record<string, string> {
  const initial = strategy === 'initial'
  const chosen = metricsOf(gates).flatMap((metric) => Gate.safeParse(gateOf(metric, gates[metric] ?? {})).data ?? [])
  const asked = initial ? policy.initialGates : policy.gates
  const complete = asked.filter(({ metric }) => chosen.some((gate) => gate.metric === metric))
  return fieldsOfGates(chosen, complete, initial)
}
