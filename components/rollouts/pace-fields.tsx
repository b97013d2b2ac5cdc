import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Pace } from '@/lib/rollouts/schema'

const PACE: { key: Exclude<keyof Pace, 'holdEnd'>; label: string; hint: string }[] = [
  { key: 'burnIn', label: 'Burn-in, s', hint: 'not judged after the first traffic on a cluster' },
  { key: 'minDwell', label: 'Shortest time at a step, s', hint: 'a rollout may ask for more than its policy, never for less' },
  { key: 'minRequests', label: 'Fewest requests at a step', hint: 'of each arm' },
  { key: 'maxDwell', label: 'Longest time at a step, s', hint: 'then it holds and asks' },
  { key: 'noDataAfter', label: 'No data after, s', hint: 'then it holds' },
  { key: 'holdMax', label: 'Longest hold, s', hint: '' },
  { key: 'watch', label: 'Watch after promotion, s', hint: 'gates still judged with late labels' },
  { key: 'warmth', label: 'Old version kept warm, s', hint: '' },
]

interface PaceFieldsProps {
  /** As typed; what is missing is as in `defaults`. */
  texts: Partial<Record<keyof Pace, string>>
  /** What is marked as changed when it differs; none: nothing is marked. */
  defaults?: Pace
  errors: Record<string, string>
  onChange: (texts: Partial<Record<keyof Pace, string>>) => void
}

/** How fast a rollout goes, and how long it waits: the fields of a policy's pace and of a plan's. */
export function PaceFields({ texts, defaults, errors, onChange }: PaceFieldsProps) {
  const text = (key: keyof Pace) => texts[key] ?? String(defaults?.[key] ?? '')
  const changed = (key: keyof Pace) => defaults !== undefined && text(key) !== String(defaults[key])
  return (
    <>
      {PACE.map(({ key, label, hint }) => (
        <Field key={key} label={label} hint={hint} error={errors[`pace.${key}`]} changed={changed(key)}>
          <Input type="number" min={0} value={text(key)} onChange={(event) => onChange({ ...texts, [key]: event.target.value })} />
        </Field>
      ))}
      <Field label="When a hold ends" error={errors['pace.holdEnd']} changed={changed('holdEnd')}>
        <Select value={text('holdEnd')} onChange={(event) => onChange({ ...texts, holdEnd: event.target.value })}>
          <option value="return">return to the live version</option>
          <option value="stay">stay where it is</option>
        </Select>
      </Field>
    </>
  )
}

interface StepsFieldProps {
  value: string
  /** The default, as text; none: nothing is marked. */
  initial?: string
  error: string | undefined
  onChange: (steps: string) => void
  className?: string
}

/** The steps of a canary, as percent of traffic. */
export function StepsField({ value, initial, error, onChange, className }: StepsFieldProps) {
  const hint = initial === undefined ? 'Rising; the last is 100.' : `Rising, the last is 100. Default: ${initial}`
  return (
    <Field
      label="Steps, % of traffic"
      hint={hint}
      error={error}
      changed={initial !== undefined && value !== initial}
      {...(className ? { className } : {})}
    >
      <Input value={value} inputMode="decimal" onChange={(event) => onChange(event.target.value)} />
    </Field>
  )
}
