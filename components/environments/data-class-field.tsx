import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { dataClassMismatch, usualDataClass } from '@/lib/environments/data-class/rule'
import type { Kind } from '@/lib/environments/schema'
import type { DataClass } from '@/lib/models/schema'
import { DATA_CLASSES } from '@/lib/models/words'

/** The most sensitive data that an environment of a kind serves; a class that it cannot serve is not offered. `now`: what is set. */
export function DataClassField({ kind, now, error }: { kind: Kind; now?: DataClass; error?: string | undefined }) {
  const offered = DATA_CLASSES.filter((name) => dataClassMismatch(kind, name) === null || name === now)
  return (
    <Field
      label="Serves at most"
      hint={kind === 'on-prem' ? 'The most sensitive data of a model that may be launched here.' : 'Restricted data stays on-prem.'}
      error={error}
    >
      <Select key={kind} name="dataClass" defaultValue={now ?? usualDataClass(kind)}>
        {offered.map((name) => (
          <option key={name} value={name}>
            {name} data
          </option>
        ))}
      </Select>
    </Field>
  )
}
