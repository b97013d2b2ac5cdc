import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import type { RegisterDraft } from './register-draft'

interface FieldsProps {
  draft: RegisterDraft
  errors: Record<string, string>
  onChange: (change: Partial<RegisterDraft>) => void
}

const LINEAGE: { key: keyof RegisterDraft['lineage']; label: string; hint: string }[] = [
  { key: 'trainingRun', label: 'Training run', hint: 'an id or an address' },
  { key: 'gitCommit', label: 'Git commit', hint: 'of the training code' },
  { key: 'datasetVersion', label: 'Data', hint: 'which data it was trained on' },
  { key: 'featureSet', label: 'Features', hint: 'the version of the feature code' },
]

/** Everything but the files. */
export function RegisterFields({ draft, errors, onChange }: FieldsProps) {
  return (
    <>
      <Field label="Note" hint="What is new, in a line." error={errors.note}>
        <Input value={draft.note} maxLength={500} onChange={(event) => onChange({ note: event.target.value })} />
      </Field>
      <Field
        label="Decision threshold"
        hint="Between 0 and 1; a score at or above it is positive. Part of the version: accuracy is measured with it. Empty: none."
        error={errors.threshold}
        className="max-w-80"
      >
        <Input
          value={draft.threshold}
          inputMode="decimal"
          placeholder="0.5"
          onChange={(event) => onChange({ threshold: event.target.value })}
        />
      </Field>
      <Field label="Training metrics" hint="One per line: auc = 0.755" error={errors.metrics}>
        <Textarea
          value={draft.metrics}
          rows={3}
          className="font-mono text-sm"
          onChange={(event) => onChange({ metrics: event.target.value })}
        />
      </Field>
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="mb-1 font-medium text-sm">Where it comes from</legend>
        {LINEAGE.map(({ key, label, hint }) => (
          <Field key={key} label={label} hint={hint} error={errors[`lineage.${key}`]}>
            <Input
              value={draft.lineage[key]}
              maxLength={300}
              onChange={(event) => onChange({ lineage: { ...draft.lineage, [key]: event.target.value } })}
            />
          </Field>
        ))}
      </fieldset>
    </>
  )
}
