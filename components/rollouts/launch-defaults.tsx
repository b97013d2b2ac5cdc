'use client'

import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import type { Policy } from '@/lib/rollouts/schema'
import { ClusterStepsFields, clusterTexts } from './cluster-steps'
import { changedCount, type LaunchDraft, stepsText } from './launch-input'
import { PaceFields, StepsField } from './pace-fields'

interface DefaultsProps {
  draft: LaunchDraft
  policy: Policy
  clusters: readonly string[]
  errors: Record<string, string>
  onChange: (change: Partial<LaunchDraft>) => void
}

/** With the schema that they are checked by: too heavy for what is folded away. */
const LaunchGates = dynamic(() => import('./launch-gates'), { ssr: false, loading: () => <Skeleton className="h-64" /> })

/** The rest of the plan: the environment's defaults, folded away; what was changed is marked. */
export function LaunchDefaults({ draft, policy, clusters, errors, onChange }: DefaultsProps) {
  const changed = changedCount(draft, policy)
  const wrong = Object.keys(errors).some((path) => /^(steps|clusterSteps|gates|pace|replicas)/.test(path))
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (wrong) setOpen(true)
  }, [wrong])
  return (
    <details className="rounded-md border" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-8 px-3 py-1.5 font-medium">
        The rest: the environment’s defaults{' '}
        <span className="font-normal text-muted">{changed === 0 ? 'unchanged' : `${changed} changed`}</span>
      </summary>
      <div className="grid gap-5 border-t p-3">
        {draft.strategy === 'canary' ? (
          <>
            <StepsField
              value={draft.steps}
              initial={stepsText(policy.steps)}
              error={firstError(errors, 'steps')}
              onChange={(steps) => onChange({ steps })}
            />
            <ClusterStepsFields
              clusters={clusters}
              texts={draft.clusterSteps}
              defaults={clusterTexts(policy.clusterSteps)}
              errors={errors}
              onChange={(clusterSteps) => onChange({ clusterSteps })}
            />
          </>
        ) : null}
        {open ? <LaunchGates key={draft.environment} draft={draft} policy={policy} errors={errors} onChange={onChange} /> : null}
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

function firstError(errors: Record<string, string>, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([key]) => key.startsWith(`${path}.`))?.[1]
}
