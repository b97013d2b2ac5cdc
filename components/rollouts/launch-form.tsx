'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useState, useTransition } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { reached } from '@/components/ui/reached'
import type { LaunchChoices } from '@/lib/launch/schema'
import { launchRolloutAction, previewRolloutAction } from '@/lib/rollouts/actions'
import type { LaunchPreview } from '@/lib/rollouts/view-schema'
import { clusterTexts } from './cluster-steps'
import { LaunchBacktest } from './launch-backtest'
import { LaunchChoice } from './launch-choice'
import { LaunchDefaults } from './launch-defaults'
import { askedGates, type LaunchDraft, launchInput, stepsText } from './launch-input'
import { PreviewPanel } from './launch-preview'
import { LaunchRefusals } from './launch-refusals'

interface LaunchFormProps {
  choices: LaunchChoices
  initial: { model?: string; version?: string; environment?: string }
}

const PREVIEW_AFTER_MS = 400

/** Three choices, the environment's defaults folded below, and beside them what would happen. */
export function LaunchForm({ choices, initial }: LaunchFormProps) {
  const router = useRouter()
  const [draft, setDraft] = useState<LaunchDraft>(() => firstDraft(choices, initial))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [refusal, setRefusal] = useState<string | null>(null)
  const [despite, setDespite] = useState(false)
  const [launching, launch] = useTransition()
  const environment = choices.environments.find((each) => each.slug === draft.environment)
  const endpoint = choices.endpoints.find((each) => each.model === draft.model && each.environment === draft.environment)
  const input = useMemo(() => (environment && draft.version ? launchInput(draft, environment.policy) : null), [draft, environment])
  const preview = usePreview(input)
  const asked = draft.version === '' ? missing(choices, initial) : null
  const change = (next: Partial<LaunchDraft>) => {
    setDespite(false)
    setDraft((now) => settle({ ...now, ...next }, now, choices))
  }
  const submit = () =>
    launch(async () => {
      if (!input) return
      const wrong = await check(input)
      setErrors(wrong)
      setRefusal(null)
      if (Object.keys(wrong).length > 0) return
      const result = await reached(launchRolloutAction(despite ? { ...input, despiteRefusals: true } : input))
      if (result.ok) router.push(`/rollouts/${result.value.id}`)
      else {
        setErrors(Object.fromEntries((result.problem.fields ?? []).map((field) => [field.path, field.message])))
        setRefusal(result.problem.message)
        // Another may have launched meanwhile: what is live is read again, and led to.
        router.refresh()
      }
    })
  return (
    <form
      className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Card>
        <CardBody className="grid gap-5">
          <LaunchChoice choices={choices} draft={draft} live={endpoint?.live ?? null} errors={errors} onChange={change} />
          {choices.unreadable.map(({ environment: slug, why }) => (
            <Banner key={slug}>
              Nothing can be launched in {slug}: {why}.
            </Banner>
          ))}
          {asked ? <Banner>{asked}</Banner> : null}
          {endpoint?.underWay ? (
            <Banner>
              A rollout is under way there. One endpoint has one at a time:{' '}
              <a href={`/rollouts/${endpoint.underWay}`} className="underline underline-offset-3">
                see it
              </a>
              .
            </Banner>
          ) : null}
          {environment ? (
            <LaunchDefaults draft={draft} policy={environment.policy} clusters={environment.clusters} errors={errors} onChange={change} />
          ) : null}
          <LaunchRefusals changes={preview.preview?.changes ?? null} despite={despite} onChange={setDespite} />
          <p role="status" className="text-fail empty:hidden">
            {refusal ?? (Object.keys(errors).length > 0 ? `Not launched: ${Object.values(errors)[0]}` : '')}
          </p>
          <Button type="submit" variant="primary" className="justify-self-start" pending={launching} disabled={!input}>
            {draft.version ? `Launch ${draft.model} v${draft.version} in ${draft.environment}` : 'Launch'}
          </Button>
        </CardBody>
      </Card>
      <Card title="What would happen" className="lg:sticky lg:top-16">
        <CardBody className="grid gap-4">
          <PreviewPanel {...preview} />
          {preview.of ? <LaunchBacktest input={preview.of} /> : null}
        </CardBody>
      </Card>
    </form>
  )
}

/** Checks with the schema that the command uses; path -> message. Loaded only when it is needed. */
async function check(input: ReturnType<typeof launchInput>): Promise<Record<string, string>> {
  const [{ LaunchRollout }, { fieldErrors }] = await Promise.all([import('@/lib/rollouts/schema'), import('@/components/gates/errors')])
  const result = LaunchRollout.safeParse(input)
  return result.success ? {} : fieldErrors(result.error.issues, input)
}

function usePreview(input: Record<string, unknown> | null) {
  const [preview, setPreview] = useState<LaunchPreview | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [of, setOf] = useState<string | null>(null)
  const [pending, start] = useTransition()
  const asked = JSON.stringify(input)
  useEffect(() => {
    if (asked === 'null') return
    const timer = setTimeout(
      () =>
        start(async () => {
          const result = await reached(previewRolloutAction(JSON.parse(asked)))
          setPreview(result.ok ? result.value : null)
          setRefusal(result.ok ? null : result.problem.message)
          setOf(result.ok ? asked : null)
        }),
      PREVIEW_AFTER_MS,
    )
    return () => clearTimeout(timer)
  }, [asked])
  return { preview, refusal, pending, of }
}

function firstDraft(choices: LaunchChoices, { model, version, environment }: LaunchFormProps['initial']): LaunchDraft {
  const slug = choices.models.find((each) => each.slug === model)?.slug ?? choices.models[0]?.slug ?? ''
  const target = choices.environments.find((each) => each.slug === environment)?.slug ?? choices.environments[0]?.slug ?? ''
  const empty: LaunchDraft = {
    model: slug,
    version: version ?? '',
    environment: target,
    strategy: 'canary',
    steps: '',
    clusterSteps: {},
    pace: {},
    gates: {},
    replicas: '1',
  }
  return settle(empty, null, choices)
}

/** Why the version that an address asks for cannot be chosen; another is never taken in its place. */
function missing(choices: LaunchChoices, { model, version }: LaunchFormProps['initial']): string | null {
  if (!version) return null
  const found = choices.models.find((each) => each.slug === model)?.versions.find((each) => String(each.number) === version)
  if (!found) return `${model ?? 'The model'} has no version ${version}.`
  return found.status === 'ready' ? null : `v${version} is ${found.status}: it can be launched when its check run has passed.`
}

/** Keeps a draft whole: another environment brings its defaults, another model its newest ready version, no live version means a first version. */
function settle(draft: LaunchDraft, before: LaunchDraft | null, choices: LaunchChoices): LaunchDraft {
  const next = { ...draft }
  const policy = choices.environments.find((each) => each.slug === next.environment)?.policy
  if (policy && next.environment !== before?.environment)
    Object.assign(next, { steps: stepsText(policy.steps), clusterSteps: clusterTexts(policy.clusterSteps), pace: {} })
  const live = choices.endpoints.find((each) => each.model === next.model && each.environment === next.environment)?.live ?? null
  const versions = choices.models.find((each) => each.slug === next.model)?.versions ?? []
  const known = versions.some((each) => String(each.number) === next.version && each.status === 'ready')
  const pick = before === null ? next.version === '' : before.model !== next.model
  if (!known) next.version = pick ? String(versions.find((each) => each.status === 'ready' && each.number !== live)?.number ?? '') : ''
  if (live === null) next.strategy = 'initial'
  else if (next.strategy === 'initial') next.strategy = 'canary'
  const otherGates = next.environment !== before?.environment || (next.strategy === 'initial') !== (before.strategy === 'initial')
  if (policy && otherGates) next.gates = askedGates(policy, next.strategy)
  return next
}
