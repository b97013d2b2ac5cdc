import { useId } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { SegmentDraft } from './segment-draft'

interface SegmentFieldsProps {
  draft: SegmentDraft
  /** Its number on the screen, from 1. */
  place: number
  features: string[]
  /** By field. */
  errors: Record<string, string>
  onChange: (change: Partial<SegmentDraft>) => void
  onRemove: () => void
  /** A place earlier or later; absent where there is none. */
  onEarlier: (() => void) | undefined
  onLater: (() => void) | undefined
}

/** One segment: its name, which requests lie in it, and from how many on it is judged by itself. */
export function SegmentFields({ draft, place, features, errors, onChange, onRemove, onEarlier, onLater }: SegmentFieldsProps) {
  return (
    <fieldset className="grid min-w-0 gap-3 rounded-md border bg-surface p-3 sm:grid-cols-2">
      <legend className="px-1 font-medium text-sm">
        Segment {place}
        {draft.name ? `: ${draft.name}` : ''}
      </legend>
      <Field label="Name" error={errors.name} {...(draft.by === 'caller' ? { hint: 'The name that callers send.' } : {})}>
        <Input value={draft.name} maxLength={60} autoComplete="off" onChange={(event) => onChange({ name: event.target.value })} />
      </Field>
      <Field label="Requests are told by">
        <Select value={draft.by} onChange={(event) => onChange({ by: event.target.value === 'caller' ? 'caller' : 'feature' })}>
          <option value="feature">the range of a feature</option>
          <option value="caller">their header x-slipway-segment</option>
        </Select>
      </Field>
      {draft.by === 'feature' ? <Range draft={draft} features={features} errors={errors} onChange={onChange} /> : null}
      <Field
        label="Judged by itself from, requests"
        hint="To next; below it counts in the whole only. Usual: 200."
        error={errors.minRequests}
      >
        <Input value={draft.minRequests} inputMode="numeric" onChange={(event) => onChange({ minRequests: event.target.value })} />
      </Field>
      <div className="flex flex-wrap gap-2 sm:col-span-2">
        {onEarlier ? (
          <Button size="sm" onClick={onEarlier}>
            Move segment {place} up
          </Button>
        ) : null}
        {onLater ? (
          <Button size="sm" onClick={onLater}>
            Move segment {place} down
          </Button>
        ) : null}
        <Button size="sm" onClick={onRemove}>
          Remove segment {place}
        </Button>
      </div>
    </fieldset>
  )
}

function Range({ draft, features, errors, onChange }: Pick<SegmentFieldsProps, 'draft' | 'features' | 'errors' | 'onChange'>) {
  const known = useId()
  return (
    <>
      <Field label="Feature" hint="By its name in the baseline." error={errors.feature} className="sm:col-span-2">
        <Input value={draft.feature} list={known} autoComplete="off" onChange={(event) => onChange({ feature: event.target.value })} />
      </Field>
      <datalist id={known}>
        {features.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field label="From" hint="Empty: no lower end." error={errors.from}>
        <Input value={draft.from} inputMode="decimal" onChange={(event) => onChange({ from: event.target.value })} />
      </Field>
      <Field label="Below" hint="Empty: no upper end." error={errors.to}>
        <Input value={draft.to} inputMode="decimal" onChange={(event) => onChange({ to: event.target.value })} />
      </Field>
    </>
  )
}
