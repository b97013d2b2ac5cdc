'use client'

import { type FormEvent, useState } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { createTeamAction } from '@/lib/teams/actions'

/** Makes a team. */
export function TeamForm() {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = Object.fromEntries(new FormData(event.currentTarget))
    setPending(true)
    const result = await createTeamAction(input)
    setPending(false)
    setRefusal(refusalOf(result))
    if (result.ok) setOpen(false)
  }
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="primary">Make a team</Button>
      </DialogTrigger>
      <DialogContent title="Make a team" description="A team owns models and their endpoints, and API tokens.">
        <form onSubmit={submit} className="grid gap-3">
          {refusal.message ? <Banner>{refusal.message}</Banner> : null}
          <Field label="Name" error={refusal.fields.name}>
            <Input name="name" required />
          </Field>
          <Field label="Address" hint="Lower-case letters, digits and dashes. It stays for good." error={refusal.fields.slug}>
            <Input name="slug" required />
          </Field>
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              Make the team
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}
