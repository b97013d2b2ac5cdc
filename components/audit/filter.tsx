import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

const FIELDS = [
  { name: 'who', label: 'Who', type: 'text', placeholder: 'part of a name' },
  { name: 'verb', label: 'What', type: 'text', placeholder: 'rollout, member.invite' },
  { name: 'target', label: 'On what', type: 'text', placeholder: 'name, kind or id' },
  { name: 'from', label: 'From (UTC)', type: 'date', placeholder: undefined },
  { name: 'to', label: 'Before (UTC)', type: 'date', placeholder: undefined },
] as const

/** The filters of the trail: a plain form, so that each state has an address. */
export function AuditFilterForm({ search, errors }: { search: Record<string, string | undefined>; errors: Record<string, string> }) {
  return (
    <form action="/audit" className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-[repeat(5,minmax(0,1fr))_auto]">
      {FIELDS.map(({ name, label, type, placeholder }) => (
        <Field key={name} label={label} error={errors[name]}>
          <Input name={name} type={type} placeholder={placeholder} defaultValue={search[name]} />
        </Field>
      ))}
      <Button type="submit">Filter</Button>
    </form>
  )
}
