import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Pace } from '@/lib/rollouts/schema'
import { GATE_DEFAULTS, INITIAL_DEFAULTS, type PolicyDraft } from './policy-draft'
import { PolicyGates } from './policy-gates'

const PACE: { key: Exclude<keyof Pace, 'holdEnd'>; label: string; hint: string }[] = [
  { key: 'burnIn', label: 'Burn-in, s', hint: 'not judged after the first traffic on a cluster' },
  { key: 'minDwell', label: 'Shortest time at a step, s', hint: 'a rollout may ask for more, never for less' },
  { key: 'minRequests', label: 'Fewest requests at a step', hint: 'of each arm' },
  { key: 'maxDwell', label: 'Longest time at a step, s', hint: 'then it holds and asks' },
  { key: 'noDataAfter', label: 'No data after, s', hint: 'then it holds' },
  { key: 'holdMax', label: 'Longest hold, s', hint: '' },
  { key: 'watch', label: 'Watch after promotion, s', hint: 'gates still judged with late labels' },
  { key: 'warmth', label: 'Old version kept warm, s', hint: '' },
]

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
        <Field label="Steps, % of traffic" hint="Rising; the last is 100." error={errors.steps} className="sm:col-span-2">
          <Input value={draft.steps} inputMode="decimal" onChange={(event) => onChange({ steps: event.target.value })} />
        </Field>
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
        {PACE.map(({ key, label, hint }) => (
          <Field key={key} label={label} hint={hint} error={errors[`pace.${key}`]}>
            <Input
              type="number"
              min={0}
              value={draft.pace[key]}
              onChange={(event) => onChange({ pace: { ...draft.pace, [key]: event.target.value } })}
            />
          </Field>
        ))}
        <Field label="When a hold ends" error={errors['pace.holdEnd']}>
          <Select value={draft.pace.holdEnd} onChange={(event) => onChange({ pace: { ...draft.pace, holdEnd: event.target.value } })}>
            <option value="return">return to the live version</option>
            <option value="stay">stay where it is</option>
          </Select>
        </Field>
      </fieldset>
    </div>
  )
}
