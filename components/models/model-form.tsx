'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { createModelAction } from '@/lib/models/actions'
import { DATA_CLASSES, RISKS, TASKS } from '@/lib/models/schema'

/** Makes a model, and leads to its page. `open`: the address asks for the form itself. */
export function ModelForm({ teams, open = false }: { teams: { slug: string; name: string }[]; open?: boolean }) {
  const router = useRouter()
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = Object.fromEntries(new FormData(event.currentTarget))
    start(async () => {
      const result = await createModelAction(input)
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
          <Field label="What it is for" error={refusal.fields.description}>
            <Textarea name="description" maxLength={2_000} />
          </Field>
          <div className="grid gap-3 sm:grid-cols-3">
            <Field label="Task" error={refusal.fields.task}>
              <Choice name="task" options={TASKS.map((task) => [task, task])} />
            </Field>
            <Field label="Data" error={refusal.fields.dataClass}>
              <Choice name="dataClass" options={DATA_CLASSES.map((name) => [name, name])} initial="internal" />
            </Field>
            <Field label="Risk" error={refusal.fields.risk}>
              <Choice name="risk" options={RISKS.map((name) => [name, name])} initial="limited" />
            </Field>
          </div>
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

function Choice({ options, initial, ...props }: { name: string; options: (readonly [string, string])[]; initial?: string }) {
  return (
    <Select {...props} defaultValue={initial}>
      {options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  )
}
