import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { DATA_CLASSES, RISKS, TASKS } from '@/lib/models/words'

interface ModelWordsProps {
  /** What is wrong, by field. */
  fields: Record<string, string>
  /** What stands there now; none: a new model. */
  now?: { description: string; dataClass: string; risk: string }
  /** Asks for the task as well: it is given once. */
  task?: boolean
}

/** What a model is for, and how careful one must be with it. */
export function ModelWords({ fields, now, task = false }: ModelWordsProps) {
  return (
    <>
      <Field label="What it is for" error={fields.description}>
        <Textarea name="description" maxLength={2_000} defaultValue={now?.description} />
      </Field>
      <div className="grid gap-3 sm:grid-cols-3">
        {task ? (
          <Field label="Task" error={fields.task}>
            <Choice name="task" options={TASKS.map((name) => [name, name])} />
          </Field>
        ) : null}
        <Field label="Data" hint="Restricted data stays on-prem." error={fields.dataClass}>
          <Choice name="dataClass" options={DATA_CLASSES.map((name) => [name, name])} initial={now?.dataClass ?? 'internal'} />
        </Field>
        <Field label="Risk" error={fields.risk}>
          <Choice name="risk" options={RISKS.map((name) => [name, name])} initial={now?.risk ?? 'limited'} />
        </Field>
      </div>
    </>
  )
}

/** A select of a few words. The props that a Field gives reach the control. */
export function Choice({ options, initial, ...props }: { name: string; options: (readonly [string, string])[]; initial?: string }) {
  return (
    <Select {...props} defaultValue={initial}>
      {options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  )
}
