'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState, useTransition } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { useFirstWrong, useRefused } from '@/components/ui/first-wrong'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { NO_REFUSAL, namesIn, refusalOf } from '@/components/ui/refusal'
import { Select } from '@/components/ui/select'
import type { Location } from '@/lib/clusters/schema'
import { createEnvironmentAction } from '@/lib/environments/actions'
import { defaultPolicy } from '@/lib/environments/defaults'
import { KINDS, Kind } from '@/lib/environments/schema'
import { DataClassField } from './data-class-field'
import { checkDraft, draftOf, type PolicyDraft } from './policy-draft'
import { PolicyFields } from './policy-fields'
import { type Chosen, WavePicker, wavesError, wavesOf } from './wave-picker'

/** Creates an environment; its policy begins with the default of its kind, folded away until one wants another. */
export function EnvironmentForm({ clusters }: { clusters: { name: string; location: Location }[] }) {
  const router = useRouter()
  const [kind, setKind] = useState<Kind>('cloud')
  const [chosen, setChosen] = useState<Chosen>({})
  const [draft, setDraft] = useState<PolicyDraft | null>(null)
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  useFirstWrong(form, wrong)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  useRefused(form, refusal)
  const [pending, start] = useTransition()
  const policyDraft = draft ?? draftOf(defaultPolicy(kind))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { policy, errors } = checkDraft(policyDraft)
    setWrong(errors)
    if (!policy) return
    const shown = namesIn(event.currentTarget)
    const typed = Object.fromEntries(new FormData(event.currentTarget))
    const { slug, name, dataClass } = typed
    const input = { slug, name, kind, dataClass, clusters: wavesOf(chosen), policy }
    start(async () => {
      const result = await reached(createEnvironmentAction(input))
      setRefusal(refusalOf(result, shown))
      if (result.ok) router.push(`/environments/${result.value.slug}`)
    })
  }
  const policyWrong = Object.keys(wrong).length > 0
  return (
    <form ref={form} onSubmit={submit} className="grid max-w-3xl gap-4">
      {refusal.message ? <Banner>{refusal.message}</Banner> : null}
      <Card>
        <CardBody className="grid gap-5">
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Name" error={refusal.fields.name}>
              <Input name="name" required maxLength={120} />
            </Field>
            <Field
              label="Address"
              hint="Lower-case letters, digits and dashes. It stands in the address of callers."
              error={refusal.fields.slug}
            >
              <Input name="slug" required maxLength={63} placeholder="prod-hybrid" />
            </Field>
          </div>
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Kind" hint="It must fit where its clusters are; hybrid has both." error={refusal.fields.kind}>
              <Select name="kind" value={kind} onChange={(event) => setKind(Kind.parse(event.target.value))}>
                {KINDS.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <DataClassField kind={kind} error={refusal.fields.dataClass} />
          </div>
          <WavePicker clusters={clusters} chosen={chosen} error={wavesError(refusal.fields)} onChange={setChosen} />
        </CardBody>
      </Card>
      <details className="rounded-md border bg-surface" open={policyWrong || undefined}>
        <summary className="min-h-8 px-4 py-2 font-medium">
          Policy:{' '}
          <span className="font-normal text-muted">{draft ? 'changed' : `the default of ${kind}: ${policyDraft.approvals} approval`}</span>
        </summary>
        <div className="border-t p-4">
          <PolicyFields
            draft={policyDraft}
            clusters={Object.keys(chosen)}
            errors={wrong}
            onChange={(change) => setDraft({ ...policyDraft, ...change })}
          />
        </div>
      </details>
      <p role="status" className="text-fail text-sm empty:hidden">
        {policyWrong ? 'Not created: the policy is not right yet.' : ''}
      </p>
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        Create the environment
      </Button>
    </form>
  )
}
