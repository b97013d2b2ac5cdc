'use client'

import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { LaunchChoices } from '@/lib/launch/schema'
import type { LaunchDraft } from './launch-input'

interface LaunchChoiceProps {
  choices: LaunchChoices
  draft: LaunchDraft
  live: number | null
  errors: Record<string, string>
  onChange: (change: Partial<LaunchDraft>) => void
}

const STRATEGIES = [
  { value: 'canary', label: 'canary', what: 'A growing share of requests, step by step, each step decided by evidence.' },
  { value: 'blue-green', label: 'blue/green', what: 'First a preview without traffic, then all of it at once, watched.' },
] as const

/** The three choices: what, where, how. */
export function LaunchChoice({ choices, draft, live, errors, onChange }: LaunchChoiceProps) {
  const model = choices.models.find((each) => each.slug === draft.model)
  const environment = choices.environments.find((each) => each.slug === draft.environment)
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <Field label="Model" error={errors.model} hint={model ? `Works on ${model.dataClass} data.` : undefined}>
          <Select value={draft.model} onChange={(event) => onChange({ model: event.target.value, version: '' })}>
            {choices.models.map((each) => (
              <option key={each.slug} value={each.slug}>
                {each.slug}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label="Version"
          error={errors.version}
          hint={draft.version ? undefined : 'No version is ready to launch. Register one, and let its check run pass.'}
        >
          <Select value={draft.version} onChange={(event) => onChange({ version: event.target.value })}>
            {draft.version ? null : <option value="">none ready</option>}
            {model?.versions.map((version) => (
              <option key={version.number} value={version.number} disabled={version.status !== 'ready'}>
                v{version.number}
                {version.note ? ` ${version.note}` : ''}
                {version.status === 'ready' ? '' : ` (${version.status})`}
                {version.number === live ? ' (live there now)' : ''}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field
        label="Environment"
        error={errors.environment}
        hint={environment ? `Serves ${environment.dataClass} data at most.` : undefined}
      >
        <Select value={draft.environment} onChange={(event) => onChange({ environment: event.target.value })}>
          {choices.environments.map((each) => (
            <option key={each.slug} value={each.slug}>
              {each.slug}: {each.kind}, {each.clusters.join(' then ')}
            </option>
          ))}
        </Select>
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="mb-1 font-medium text-sm">Strategy</legend>
        {live === null ? (
          <p>
            First version:{' '}
            <span className="text-muted">
              nothing is live there yet, so there is nothing to compare with. Only the environment’s absolute gates are judged.
            </span>
          </p>
        ) : (
          STRATEGIES.map(({ value, label, what }) => (
            <label key={value} className="flex min-h-6 items-baseline gap-2">
              <input
                type="radio"
                name="strategy"
                value={value}
                checked={draft.strategy === value}
                onChange={() => onChange({ strategy: value })}
                className="size-4 translate-y-0.5 accent-primary"
              />
              <span>
                {label}: <span className="text-muted">{what}</span>
              </span>
            </label>
          ))
        )}
      </fieldset>
    </>
  )
}
