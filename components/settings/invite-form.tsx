'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { EndsExample } from '@/components/auth/ends-example'
import { keepLinks } from '@/components/auth/kept-links'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { NO_REFUSAL, namesIn, refusalOf } from '@/components/ui/refusal'
import { inviteMemberAction } from '@/lib/members/actions'
import { GrantFields, readGrant } from './grant-fields'
import { OnceLink } from './once-link'
import type { Rights } from './rights'

/** Invites a member: the answer is a one-time link to hand over. The first invitation ends the example workspace, and says so before. */
export function InviteForm({ rights }: { rights: Rights }) {
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const [made, setMade] = useState<{ name: string; link: string } | null>(null)
  const { push } = useRouter()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    const name = String(typed.get('name'))
    setPending(true)
    const result = await reached(inviteMemberAction({ name, email: typed.get('email'), ...readGrant(typed) }))
    setPending(false)
    setRefusal(refusalOf(result, namesIn(form)))
    if (!result.ok) return
    const { link, ownLink } = result.value
    // The example's accounts are signed out by now: a page that needs no session shows both links.
    if (ownLink) keepLinks({ invited: { name, link }, cluster: null, own: ownLink }, push)
    else setMade({ name, link })
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
          <EndsExample what="The first invitation" ends={rights.endsExample} />
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
