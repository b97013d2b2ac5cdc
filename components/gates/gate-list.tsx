'use client'

import { useEffect, useRef, useState } from 'react'
import { METRIC_WORDS } from '@/components/rollouts/words'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { MOST_GATES } from '@/lib/rollouts/words'
import { type GateDrafts, metricsOf } from './draft'
import type { Metric } from './fields'
import { GateRow } from './gate-row'
import { NEW_GATES } from './kinds'

interface GateListProps {
  legend: string
  hint: string
  /** Said where there is none. */
  none: string
  /** Which may be added. */
  kinds: readonly Metric[]
  values: GateDrafts
  /** The environment's: these stay, and what differs from them is marked. */
  asked?: GateDrafts
  /** Path of these gates in `errors`. */
  path: 'gates' | 'initialGates'
  errors: Record<string, string>
  onChange: (values: GateDrafts) => void
}

/** Gates, each folded to its sentence: to add, to change, to remove. */
export function GateList({ legend, hint, none, kinds, values, asked, path, errors, onChange }: GateListProps) {
  const [fresh, setFresh] = useState<Metric | null>(null)
  const list = useRef<HTMLFieldSetElement>(null)
  const metrics = metricsOf(values)
  useEffect(() => {
    // What was just added is what the person wants to write in.
    if (fresh) list.current?.querySelector<HTMLElement>(`[data-gate="${fresh}"] :is(input, select, textarea)`)?.focus()
  }, [fresh])
  const add = (metric: Metric) => {
    setFresh(metric)
    onChange({ ...values, [metric]: NEW_GATES[metric] })
  }
  const remove = (metric: Metric) => {
    const { [metric]: _gone, ...others } = values
    setFresh(null)
    onChange(others)
    list.current?.focus()
  }
  return (
    <fieldset ref={list} tabIndex={-1} className="grid min-w-0 gap-2 outline-offset-4">
      <legend className="font-medium text-sm">{legend}</legend>
      <p className="text-muted text-sm">{hint}</p>
      {errors[path] ? <p className="text-fail text-sm">{errors[path]}</p> : null}
      {metrics.length === 0 ? <p className="text-sm">{none}</p> : null}
      {metrics.map((metric) => (
        <div key={metric} data-gate={metric}>
          <GateRow
            metric={metric}
            texts={values[metric] ?? {}}
            asked={asked?.[metric]}
            added={asked !== undefined && asked[metric] === undefined}
            errors={within(errors, `${path}.${metric}`)}
            fresh={fresh === metric}
            onChange={(texts) => onChange({ ...values, [metric]: texts })}
            onRemove={asked?.[metric] ? undefined : () => remove(metric)}
          />
        </div>
      ))}
      {metrics.length >= MOST_GATES ? (
        <p className="text-muted text-sm">{MOST_GATES} gates are the most.</p>
      ) : (
        <AddGate kinds={kinds.filter((kind) => !metrics.includes(kind))} onAdd={add} />
      )}
    </fieldset>
  )
}

function AddGate({ kinds, onAdd }: { kinds: readonly Metric[]; onAdd: (metric: Metric) => void }) {
  const [chosen, setChosen] = useState('')
  const metric = kinds.find((kind) => kind === chosen) ?? kinds[0]
  if (!metric) return null
  return (
    <div className="flex flex-wrap items-end gap-2">
      <Field label="Another gate" className="w-64 max-w-full">
        <Select value={metric} onChange={(event) => setChosen(event.target.value)}>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {METRIC_WORDS[kind]}
            </option>
          ))}
        </Select>
      </Field>
      <Button onClick={() => onAdd(metric)}>Add the gate</Button>
    </div>
  )
}

/** What is wrong below a path, by field; at the path itself under the empty name. */
function within(errors: Record<string, string>, path: string): Record<string, string> {
  const found = Object.entries(errors).filter(([key]) => key === path || key.startsWith(`${path}.`))
  return Object.fromEntries(found.map(([key, text]) => [key.slice(path.length + 1), text]))
}
