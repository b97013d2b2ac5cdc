import { NoDataSelect } from '@/components/rollouts/no-data-select'
import { METRIC_WORDS } from '@/components/rollouts/words'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Gate } from '@/lib/rollouts/schema'
import { gateTexts } from './policy-draft'

const FIELD_WORDS: Record<string, string> = {
  tolerance: 'Tolerated ratio',
  limit: 'Limit at 100 %',
  floor: 'Lowest share that counts',
  ceiling: 'Times the reference that is fine',
  quantiles: 'Quantiles, %',
  floorMs: 'Floor, ms',
  tolerancePoints: 'Tolerated, points',
  limitPoints: 'Limit, points',
  required: 'The last step waits for labels',
  dryRun: 'Dry run: only judged and shown',
  max: 'Largest share of bad requests, 0 to 1',
  min: 'Lowest accuracy, 0 to 1',
}

interface PolicyGatesProps {
  legend: string
  hint: string
  defaults: readonly Gate[]
  values: Record<string, Record<string, string>>
  /** Path of these gates in `errors`: "gates" or "initial". */
  path: string
  errors: Record<string, string>
  onChange: (values: Record<string, Record<string, string>>) => void
}

/** The gates of a policy: each may be on, with its numbers. */
export function PolicyGates({ legend, hint, defaults, values, path, errors, onChange }: PolicyGatesProps) {
  const toggle = (gate: Gate, on: boolean) => {
    const { [gate.metric]: _gone, ...others } = values
    onChange(on ? { ...others, [gate.metric]: gateTexts(gate) } : others)
  }
  return (
    <fieldset className="grid gap-3">
      <legend className="font-medium text-sm">{legend}</legend>
      <p className="text-muted text-sm">{hint}</p>
      {errors[path] ? <p className="text-fail text-sm">{errors[path]}</p> : null}
      {defaults.map((gate) => {
        const texts = values[gate.metric]
        return (
          <div key={gate.metric} className="grid gap-2">
            <Checkbox checked={texts !== undefined} onChange={(event) => toggle(gate, event.target.checked)}>
              {METRIC_WORDS[gate.metric]}
            </Checkbox>
            {texts ? (
              <div className="grid gap-3 pl-6 sm:grid-cols-2">
                {Object.entries(texts).map(([field, text]) =>
                  field === 'noData' ? (
                    <NoDataSelect
                      key={field}
                      value={text}
                      error={errors[`${path}.${gate.metric}.noData`]}
                      onChange={(noData) => onChange({ ...values, [gate.metric]: { ...texts, noData } })}
                    />
                  ) : (
                    <Field key={field} label={FIELD_WORDS[field] ?? field} error={errors[`${path}.${gate.metric}.${field}`]}>
                      <Control
                        field={field}
                        text={text}
                        onChange={(next) => onChange({ ...values, [gate.metric]: { ...texts, [field]: next } })}
                      />
                    </Field>
                  ),
                )}
              </div>
            ) : null}
          </div>
        )
      })}
    </fieldset>
  )
}

interface ControlProps {
  field: string
  text: string
  onChange: (text: string) => void
}

function Control({ field, text, onChange, ...tied }: ControlProps) {
  if (field !== 'required' && field !== 'dryRun')
    return <Input value={text} inputMode="decimal" onChange={(event) => onChange(event.target.value)} {...tied} />
  return (
    <Select value={text} onChange={(event) => onChange(event.target.value)} {...tied}>
      <option value="true">yes</option>
      <option value="false">no</option>
    </Select>
  )
}
