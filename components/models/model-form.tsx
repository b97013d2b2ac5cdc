'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { createModelAction } from '@/lib/models/actions'
import { Choice, ModelWords } from './model-words'

/** Makes a model, and leads to its page. `open`: the address asks for the form itself. */
export function ModelForm({ teams, open = false }: { teams: { slug: string; name: string }[]; open?: boolean }) {
  const router = useRouter()
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = Object.fromEntries(new FormData(event.currentTarget))
    start(async () => {
      const result = await reached(createModelAction(input))
      setRefusal(refusalOf(result))
      if (result.ok) router.push(`/models/${result.value.slug}`)
    })
  }
  return (
    <Dialog defaultOpen={open}>
      <DialogTrigger asChild>
        <Button variant="primary">Create a model</Button>
      </DialogTrigger>
      <DialogContent title="Create a model" description="It begins empty; its versions are registered next.">
        <form onSubmit={submit} className="grid gap-3">
          {refusal.message ? <Banner>{refusal.message}</Banner> : null}
          <Field label="Name" error={refusal.fields.name}>
            <Input name="name" required maxLength={120} />
          </Field>
          <Field label="Address" hint="Lower-case letters, digits and dashes. It stays for good." error={refusal.fields.slug}>
            <Input name="slug" required maxLength={63} placeholder="flight-delay" />
          </Field>
          <Field label="Team" error={refusal.fields.team}>
            <Choice name="team" options={teams.map((team) => [team.slug, team.name])} />
          </Field>
          <ModelWords fields={refusal.fields} task />
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              Create the model
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}
