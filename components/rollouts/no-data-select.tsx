import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { NO_DATA, type NoData } from '@/lib/rollouts/schema'

const CHOICES: Record<NoData, string> = {
  fail: 'return: no data counts as a fail',
  extend: 'extend the step once, then return',
  hold: 'hold for a person',
  pass: 'pass without data',
}

interface NoDataSelectProps {
  value: string
  error?: string
  changed?: boolean
  onChange: (value: string) => void
}

/** What a gate does without data. To pass is chosen by name, and warned of in red. */
export function NoDataSelect({ value, error, changed, onChange }: NoDataSelectProps) {
  return (
    <Field
      label="Without data"
      error={error}
      changed={changed}
      hint={value === 'pass' ? <span className="text-fail">Nothing is judged then, and it goes on.</span> : undefined}
    >
      <Select value={value} onChange={(event) => onChange(event.target.value)} className={value === 'pass' ? 'text-fail' : undefined}>
        {NO_DATA.map((each) => (
          <option key={each} value={each}>
            {CHOICES[each]}
          </option>
        ))}
      </Select>
    </Field>
  )
}
