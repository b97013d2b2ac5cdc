import { GateList } from '@/components/gates/gate-list'
import { GATE_KINDS, INITIAL_KINDS } from '@/components/gates/kinds'
import { ClusterStepsFields } from '@/components/rollouts/cluster-steps'
import { PaceFields, StepsField } from '@/components/rollouts/pace-fields'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { PolicyDraft } from './policy-draft'

interface PolicyFieldsProps {
  draft: PolicyDraft
  clusters: readonly string[]
  errors: Record<string, string>
  onChange: (change: Partial<PolicyDraft>) => void
}

/** All of a policy. */
export function PolicyFields({ draft, clusters, errors, onChange }: PolicyFieldsProps) {
  return (
    <div className="grid gap-6">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Approvals" hint="How many people must say yes, 0 to 5. The author never counts." error={errors.approvals}>
          <Input type="number" min={0} max={5} value={draft.approvals} onChange={(event) => onChange({ approvals: event.target.value })} />
        </Field>
        <Field label="Alias that a promotion moves" hint="Empty: none." error={errors.alias}>
          <Input value={draft.alias} maxLength={63} onChange={(event) => onChange({ alias: event.target.value })} />
        </Field>
        <StepsField value={draft.steps} error={errors.steps} className="sm:col-span-2" onChange={(steps) => onChange({ steps })} />
      </div>
      <ClusterStepsFields
        clusters={clusters}
        texts={draft.clusterSteps}
        errors={errors}
        onChange={(clusterSteps) => onChange({ clusterSteps })}
      />
      <GateList
        legend="Gates"
        hint="What next is judged by at every step, most of it against live."
        none="None: nothing is judged."
        kinds={GATE_KINDS}
        values={draft.gates}
        path="gates"
        errors={errors}
        onChange={(gates) => onChange({ gates })}
      />
      <GateList
        legend="Gates of a first version"
        hint="Nothing is live to compare with, so only fixed numbers."
        none="None: a first version is not judged."
        kinds={INITIAL_KINDS}
        values={draft.initialGates}
        path="initialGates"
        errors={errors}
        onChange={(initialGates) => onChange({ initialGates })}
      />
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="mb-1 font-medium text-sm">Pace</legend>
        <PaceFields texts={draft.pace} errors={errors} onChange={(pace) => onChange({ pace: { ...draft.pace, ...pace } })} />
      </fieldset>
    </div>
  )
}
