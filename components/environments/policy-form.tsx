'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState, useTransition } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { useFirstWrong } from '@/components/ui/first-wrong'
import { reached } from '@/components/ui/reached'
import { useToast } from '@/components/ui/toast'
import { editPolicyAction } from '@/lib/environments/actions'
import type { PolicyVersion } from '@/lib/environments/schema'
import { checkDraft, draftOf } from './policy-draft'
import { PolicyFields } from './policy-fields'
import { Rejudge } from './rejudge'

/** Writes a new version of an environment's policy, or proposes it where it is looser and needs approvals. */
export function PolicyForm({
  environment,
  clusters,
  current,
}: {
  environment: string
  clusters: readonly string[]
  current: PolicyVersion
}) {
  const router = useRouter()
  const say = useToast()
  const [draft, setDraft] = useState(() => draftOf(current.policy))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [refusal, setRefusal] = useState('')
  const [pending, start] = useTransition()
  const form = useRef<HTMLFormElement>(null)
  useFirstWrong(form, errors)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { policy, errors: wrong } = checkDraft(draft)
    setErrors(wrong)
    setRefusal(policy ? '' : 'Not saved: some fields are not right yet.')
    if (!policy) return
    start(async () => {
      const result = await reached(editPolicyAction({ environment, basedOn: current.version, policy }))
      setRefusal(result.ok ? '' : result.problem.message)
      if (!result.ok) return setErrors(Object.fromEntries((result.problem.fields ?? []).map((field) => [field.path, field.message])))
      const { proposal } = result.value
      if (proposal) say(`Proposed: it is looser, and waits for ${proposal.needed === 1 ? 'one approval' : `${proposal.needed} approvals`}.`)
      router.push(`/environments/${environment}`)
    })
  }
  return (
    <form ref={form} onSubmit={submit} className="grid max-w-3xl gap-6" noValidate>
      <PolicyFields draft={draft} clusters={clusters} errors={errors} onChange={(change) => setDraft((now) => ({ ...now, ...change }))} />
      {refusal ? <Banner>{refusal}</Banner> : null}
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        Save as version {current.version + 1}
      </Button>
      <Rejudge environment={environment} draft={draft} />
    </form>
  )
}
