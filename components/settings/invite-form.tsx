'use client'

import { type FormEvent, useState } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { keepLinks } from '@/components/auth/kept-links'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { inviteMemberAction } from '@/lib/members/actions'
import { GrantFields, readGrant } from './grant-fields'
import { OnceLink } from './once-link'
import type { Rights } from './rights'

/** Invites a member: the answer is a one-time link to hand over. The first invitation ends the example workspace, and says so before. */
export function InviteForm({ rights }: { rights: Rights }) {
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const [made, setMade] = useState<{ name: string; link: string } | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name'))
    setPending(true)
    const result = await inviteMemberAction({ name, email: form.get('email'), ...readGrant(form) })
    setPending(false)
    setRefusal(refusalOf(result))
    if (!result.ok) return
    // The example's accounts are signed out by now: a page that needs no session shows both links.
    if (result.value.exampleEnded) keepLinks({ invited: name, link: result.value.link, own: result.value.ownLink })
    else setMade({ name, link: result.value.link })
  }
  return (
    <Dialog onOpenChange={() => setMade(null)}>
      <DialogTrigger asChild>
        <Button variant="primary">Invite a member</Button>
      </DialogTrigger>
      {made ? (
        <DialogContent title={`Link for ${made.name}`}>
          <OnceLink link={made.link} who={made.name} />
        </DialogContent>
      ) : (
        <DialogContent title="Invite a member" description="You get a link to hand over. It works once, for three days.">
          {rights.endsExample ? (
            <Banner>
              This ends the example workspace for good: its accounts are signed out, their passwords stop working and nobody acts as another
              any more. You get a link to set your own password.
            </Banner>
          ) : null}
          <form onSubmit={submit} className="grid gap-3">
            {refusal.message ? <Banner>{refusal.message}</Banner> : null}
            <Field label="Name" error={refusal.fields.name}>
              <Input name="name" required autoComplete="off" />
            </Field>
            <Field label="Email" error={refusal.fields.email}>
              <Input name="email" type="email" required autoComplete="off" />
            </Field>
            <GrantFields rights={rights} errors={refusal.fields} />
            <DialogActions>
              <Button type="submit" variant="primary" pending={pending}>
                Invite the member
              </Button>
            </DialogActions>
          </form>
        </DialogContent>
      )}
    </Dialog>
  )
}
