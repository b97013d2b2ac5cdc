import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { PACE_NAMES } from '@/lib/rollouts/pace-names'
import type { Pace } from '@/lib/rollouts/schema'
import { paceText } from './launch-input'

const PACE: { key: keyof typeof PACE_NAMES; hint: string }[] = [
  { key: 'burnIn', hint: 'Not judged after the first traffic on a cluster.' },
  { key: 'minDwell', hint: 'A rollout may ask for more than its policy, never for less.' },
  { key: 'minRequests', hint: 'Of each arm.' },
  { key: 'maxDwell', hint: 'Then it holds and asks.' },
  { key: 'soak', hint: 'At 100 % without a fail before the next begins; 0: none.' },
  { key: 'noDataAfter', hint: 'Then it holds.' },
  { key: 'holdMax', hint: '' },
  { key: 'watch', hint: 'Gates are still judged, with late labels.' },
  { key: 'warmth', hint: '' },
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
  const usual = (key: keyof Pace) => (defaults ? paceText(defaults, key) : '')
  const text = (key: keyof Pace) => texts[key] ?? usual(key)
  const changed = (key: keyof Pace) => defaults !== undefined && text(key) !== usual(key)
  return (
    <>
      {PACE.map(({ key, hint }) => (
        <Field
          key={key}
          label={`${PACE_NAMES[key]}${key === 'minRequests' ? '' : ', s'}`}
          hint={hint}
          error={errors[`pace.${key}`]}
          changed={changed(key)}
        >
          <Input type="number" min={0} value={text(key)} onChange={(event) => onChange({ ...texts, [key]: event.target.value })} />
        </Field>
      ))}
      <Field label="When a hold ends" error={errors['pace.holdEnd']} changed={changed('holdEnd')}>
        <Select value={text('holdEnd')} onChange={(event) => onChange({ ...texts, holdEnd: event.target.value })}>
          <option value="return">return to the live version</option>
          <option value="stay">stay where it is</option>
        </Select>
      </Field>
      <Field
        label="When a later cluster fails"
        hint="Alone: what came before it stays, and a person says how it goes on."
        error={errors['pace.waveFail']}
        changed={changed('waveFail')}
      >
        <Select value={text('waveFail')} onChange={(event) => onChange({ ...texts, waveFail: event.target.value })}>
          <option value="all">return all clusters</option>
          <option value="wave">return that cluster alone</option>
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
