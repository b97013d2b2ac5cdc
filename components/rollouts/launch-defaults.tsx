'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Pace, Policy } from '@/lib/rollouts/schema'
import { changedCount, type LaunchDraft, stepsText } from './launch-input'
import { METRIC_WORDS } from './words'

interface DefaultsProps {
  draft: LaunchDraft
  policy: Policy
  errors: Record<string, string>
  onChange: (change: Partial<LaunchDraft>) => void
}

const PACE: { key: Exclude<keyof Pace, 'holdEnd'>; label: string; hint: string }[] = [
  { key: 'burnIn', label: 'Burn-in, s', hint: 'not judged after the first traffic on a cluster' },
  { key: 'minDwell', label: 'Shortest time at a step, s', hint: '' },
  { key: 'minRequests', label: 'Fewest requests at a step', hint: '' },
  { key: 'maxDwell', label: 'Longest time at a step, s', hint: 'then it holds and asks' },
  { key: 'noDataAfter', label: 'No data after, s', hint: 'then it holds' },
  { key: 'holdMax', label: 'Longest hold, s', hint: '' },
  { key: 'watch', label: 'Watch after promotion, s', hint: 'gates still judged with late labels' },
  { key: 'warmth', label: 'Old version kept warm, s', hint: '' },
]
const GATE_FIELDS: Record<string, string> = {
  tolerance: 'tolerated ratio',
  limit: 'limit at 100 %',
  floor: 'lowest share that counts',
  ceiling: 'times the reference that is fine',
  floorMs: 'floor, ms',
  tolerancePoints: 'tolerated, points',
  limitPoints: 'limit, points',
  max: 'largest share of bad requests',
  min: 'lowest accuracy',
}

/** The rest of the plan: the environment's defaults, folded away; what was changed is marked. */
export function LaunchDefaults({ draft, policy, errors, onChange }: DefaultsProps) {
  const changed = changedCount(draft, policy)
  const wrong = Object.keys(errors).some((path) => /^(steps|gates|pace|replicas)/.test(path))
  return (
    <details className="rounded-md border" open={wrong || undefined}>
      <summary className="min-h-8 px-3 py-1.5 font-medium">
        The rest: the environment’s defaults{' '}
        <span className="font-normal text-muted">{changed === 0 ? 'unchanged' : `${changed} changed`}</span>
      </summary>
      <div className="grid gap-5 border-t p-3">
        {draft.strategy === 'canary' ? (
          <Field
            label="Steps, % of traffic"
            hint={`Rising, the last is 100. Default: ${stepsText(policy.steps)}`}
            error={firstError(errors, 'steps')}
            changed={draft.steps !== stepsText(policy.steps)}
          >
            <Input value={draft.steps} inputMode="decimal" onChange={(event) => onChange({ steps: event.target.value })} />
          </Field>
        ) : null}
        <Gates draft={draft} policy={policy} errors={errors} onChange={onChange} />
        <div className="grid gap-3 sm:grid-cols-2">
          {PACE.map(({ key, label, hint }) => {
            const text = draft.pace[key] ?? String(policy.pace[key])
            return (
              <Field key={key} label={label} hint={hint} error={errors[`pace.${key}`]} changed={text !== String(policy.pace[key])}>
                <Input
                  type="number"
                  min={0}
                  value={text}
                  onChange={(event) => onChange({ pace: { ...draft.pace, [key]: event.target.value } })}
                />
              </Field>
            )
          })}
          <Field label="When a hold ends" changed={(draft.pace.holdEnd ?? policy.pace.holdEnd) !== policy.pace.holdEnd}>
            <Select
              value={draft.pace.holdEnd ?? policy.pace.holdEnd}
              onChange={(event) => onChange({ pace: { ...draft.pace, holdEnd: event.target.value } })}
            >
              <option value="return">return to the live version</option>
              <option value="stay">stay where it is</option>
            </Select>
          </Field>
          <Field label="Replicas of next per cluster" error={errors.replicas} changed={draft.replicas !== '1'}>
            <Input type="number" min={1} max={16} value={draft.replicas} onChange={(event) => onChange({ replicas: event.target.value })} />
          </Field>
        </div>
      </div>
    </details>
  )
}

function Gates({ draft, policy, errors, onChange }: DefaultsProps) {
  const toggle = (metric: string, on: boolean) =>
    onChange({ gatesOff: on ? draft.gatesOff.filter((each) => each !== metric) : [...draft.gatesOff, metric] })
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium text-sm">Gates</legend>
      {policy.gates.map((gate, i) => {
        const off = draft.gatesOff.includes(gate.metric)
        return (
          <div key={gate.metric} className="grid gap-2">
            <Checkbox checked={!off} onChange={(event) => toggle(gate.metric, event.target.checked)}>
              {METRIC_WORDS[gate.metric]} {off ? <span className="text-link text-xs">changed</span> : null}
            </Checkbox>
            {off ? null : (
              <div className="grid gap-3 pl-6 sm:grid-cols-2">
                {Object.entries(gate).map(([field, value]) => {
                  const name = `${gate.metric}.${field}`
                  if (typeof value !== 'number') return null
                  const text = draft.gateFields[name] ?? String(value)
                  return (
                    <Field
                      key={field}
                      label={GATE_FIELDS[field] ?? field}
                      error={errors[`gates.${i}.${field}`]}
                      changed={text !== String(value)}
                    >
                      <Input
                        type="number"
                        step="any"
                        value={text}
                        onChange={(event) => onChange({ gateFields: { ...draft.gateFields, [name]: event.target.value } })}
                      />
                    </Field>
                  )
                })}
              </div>
            )}
          </div>
        )
      })}
      {policy.gates.length === 0 ? <p className="text-muted text-sm">This environment asks for none: nothing would be judged.</p> : null}
    </fieldset>
  )
}

function firstError(errors: Record<string, string>, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([key]) => key.startsWith(`${path}.`))?.[1]
}
