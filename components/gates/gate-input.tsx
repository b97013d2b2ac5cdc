import { useId } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import type { GateField } from './fields'

interface GateInputProps {
  of: GateField
  text: string
  /** What stands beside the hint: the usual value, or the environment's. */
  usual: string | undefined
  changed: boolean
  error: string | undefined
  onChange: (text: string) => void
}

const PLACES = { both: 'sm:col-span-2', first: 'sm:col-start-1' }

/** One field of a gate. */
export function GateInput({ of, text, usual, changed, error, onChange }: GateInputProps) {
  if (of.kind === 'flag') return <FlagInput label={of.label} text={text} changed={changed} error={error} onChange={onChange} />
  return (
    <Field
      label={of.label}
      hint={[of.hint, usual].filter(Boolean).join(' ')}
      changed={changed}
      error={error}
      {...(of.place ? { className: PLACES[of.place] } : {})}
    >
      <Control of={of} text={text} onChange={onChange} />
    </Field>
  )
}

/** Field ties its label, hint and error to what is passed on here. */
function Control({ of, text, onChange, ...tied }: Pick<GateInputProps, 'of' | 'text' | 'onChange'>) {
  if (of.kind === 'choice')
    return (
      <Select value={text} onChange={(event) => onChange(event.target.value)} {...tied}>
        {Object.entries(of.choices ?? {}).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
    )
  if (of.kind === 'lines') return <Textarea value={text} rows={3} onChange={(event) => onChange(event.target.value)} {...tied} />
  const inputMode = of.kind === 'text' ? 'text' : 'decimal'
  return <Input value={text} inputMode={inputMode} autoComplete="off" onChange={(event) => onChange(event.target.value)} {...tied} />
}

/** Yes or no, with its words beside it. */
export function FlagInput({ label, text, changed, error, onChange }: Omit<GateInputProps, 'of' | 'usual'> & { label: string }) {
  const id = useId()
  return (
    <div className="grid content-start gap-1 sm:col-span-2">
      <Checkbox
        checked={text === 'true'}
        onChange={(event) => onChange(String(event.target.checked))}
        {...(error ? { 'aria-invalid': true, 'aria-describedby': id } : {})}
      >
        {label} {changed ? <span className="text-link text-xs">changed</span> : null}
      </Checkbox>
      {error ? (
        <p id={id} className="text-fail text-sm">
          {error}
        </p>
      ) : null}
    </div>
  )
}
