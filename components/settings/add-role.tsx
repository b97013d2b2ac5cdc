'use client'

import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { grantRoleAction } from '@/lib/members/actions'
import { GrantFields, readGrant } from './grant-fields'
import type { Rights } from './rights'

/** Gives a member one more role. */
export function AddRole({ memberId, name, rights }: { memberId: string; name: string; rights: Rights }) {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const grant = readGrant(new FormData(event.currentTarget))
    setPending(true)
    const result = await grantRoleAction({ memberId, ...grant })
    setPending(false)
    setRefusal(refusalOf(result))
    if (result.ok) setOpen(false)
  }
  return (
    <li>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogTrigger asChild>
          <Button size="sm" variant="ghost" aria-label={`Give ${name} a role`}>
            <Plus aria-hidden />
            Role
          </Button>
        </DialogTrigger>
        <DialogContent title={`Give ${name} a role`}>
          <form onSubmit={submit} className="grid gap-3">
            {refusal.message ? <Banner>{refusal.message}</Banner> : null}
            <GrantFields rights={rights} errors={refusal.fields} />
            <DialogActions>
              <Button type="submit" variant="primary" pending={pending}>
                Give the role
              </Button>
            </DialogActions>
          </form>
        </DialogContent>
      </Dialog>
    </li>
  )
}
