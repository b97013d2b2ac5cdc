'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { Policy } from '@/lib/rollouts/schema'
import { GateTerms } from './gate-terms'
import { changedCount, type LaunchDraft, stepsText } from './launch-input'
import { NoDataSelect } from './no-data-select'
import { PaceFields, StepsField } from './pace-fields'
import { METRIC_WORDS } from './words'

interface DefaultsProps {
  draft: LaunchDraft
  policy: Policy
  errors: Record<string, string>
  onChange: (change: Partial<LaunchDraft>) => void
}

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
          <StepsField
            value={draft.steps}
            initial={stepsText(policy.steps)}
            error={firstError(errors, 'steps')}
            onChange={(steps) => onChange({ steps })}
          />
        ) : null}
        <Gates draft={draft} policy={policy} errors={errors} onChange={onChange} />
        <div className="grid gap-3 sm:grid-cols-2">
          <PaceFields texts={draft.pace} defaults={policy.pace} errors={errors} onChange={(pace) => onChange({ pace })} />
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
                <NoDataSelect
                  value={draft.gateFields[`${gate.metric}.noData`] ?? gate.noData ?? 'hold'}
                  error={errors[`gates.${gate.metric}.noData`]}
                  changed={`${gate.metric}.noData` in draft.gateFields}
                  onChange={(noData) => onChange({ gateFields: { ...draft.gateFields, [`${gate.metric}.noData`]: noData } })}
                />
              </div>
            )}
            {gate.dryRun ? <GateTerms gate={gate} /> : null}
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
