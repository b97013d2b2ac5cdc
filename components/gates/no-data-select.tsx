import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { NoData } from '@/lib/rollouts/schema'
import { NO_DATA } from '@/lib/rollouts/words'

const CHOICES: Record<NoData, string> = {
  fail: 'return: no data counts as a fail',
  extend: 'extend the step once, then return',
  hold: 'hold for a person',
  pass: 'pass without data',
}
/** What a gate means that says nothing. */
const USUAL: NoData = 'hold'

interface NoDataSelectProps {
  /** Empty: as usual. */
  value: string
  /** No step waits for the gate, so nothing follows from no data: there is nothing to choose. */
  idle: boolean
  error: string | undefined
  changed: boolean
  onChange: (value: string) => void
}

/** What a gate does without data. To pass is chosen by name, and warned of in red. What is usual stays left out. */
export function NoDataSelect({ value, idle, error, changed, onChange }: NoDataSelectProps) {
  const passes = value === 'pass'
  return (
    <Field
      label="Without data"
      error={error}
      changed={changed}
      hint={
        passes ? (
          <span className="text-fail">Nothing is judged then, and it goes on.</span>
        ) : idle ? (
          'No step waits for this gate.'
        ) : undefined
      }
    >
      <Select
        value={value || USUAL}
        disabled={idle}
        onChange={(event) => onChange(event.target.value === USUAL ? '' : event.target.value)}
        className={passes ? '[&>select]:text-fail' : undefined}
      >
        {NO_DATA.map((each) => (
          <option key={each} value={each}>
            {CHOICES[each]}
          </option>
        ))}
      </Select>
    </Field>
  )
}
