import { PaceFields, StepsField } from '@/components/rollouts/pace-fields'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { GATE_DEFAULTS, INITIAL_DEFAULTS, type PolicyDraft } from './policy-draft'
import { PolicyGates } from './policy-gates'

interface PolicyFieldsProps {
  draft: PolicyDraft
  errors: Record<string, string>
  onChange: (change: Partial<PolicyDraft>) => void
}

/** All of a policy. */
export function PolicyFields({ draft, errors, onChange }: PolicyFieldsProps) {
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
      <PolicyGates
        legend="Gates"
        hint="What next is judged by, against live, at every step."
        defaults={GATE_DEFAULTS}
        values={draft.gates}
        path="gates"
        errors={errors}
        onChange={(gates) => onChange({ gates })}
      />
      <PolicyGates
        legend="Gates of a first version"
        hint="Nothing is live to compare with, so only fixed numbers."
        defaults={INITIAL_DEFAULTS}
        values={draft.initial}
        path="initial"
        errors={errors}
        onChange={(initial) => onChange({ initial })}
      />
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="mb-1 font-medium text-sm">Pace</legend>
        <PaceFields texts={draft.pace} errors={errors} onChange={(pace) => onChange({ pace: { ...draft.pace, ...pace } })} />
      </fieldset>
    </div>
  )
}
