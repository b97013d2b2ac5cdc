'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { reached } from '@/components/ui/reached'
import { disableMemberAction, enableMemberAction, resetPasswordAction } from '@/lib/members/actions'
import type { MemberRow } from '@/lib/members/schema'
import { OnceLink } from './once-link'

/** What an admin of everything does with a person's account. */
export function MemberActs({ member }: { member: MemberRow }) {
  const [link, setLink] = useState<string | null>(null)
  const router = useRouter()
  const able = async (action: (input: unknown) => ReturnType<typeof disableMemberAction>) => {
    const result = await action({ memberId: member.id })
    return result.ok ? undefined : result.problem.message
  }
  const reset = async () => {
    const result = await reached(resetPasswordAction({ memberId: member.id }))
    if (!result.ok) return result.problem.message
    setLink(result.value.link)
    return undefined
  }
  const close = () => {
    setLink(null)
    router.refresh()
  }
  if (member.state === 'disabled')
    return (
      <Confirm
        trigger={<Button size="sm">Enable</Button>}
        title={`Enable ${member.name}`}
        description="The roles are as they were. The old password works again."
        action={`Enable ${member.name}`}
        onConfirm={() => able(enableMemberAction)}
      />
    )
  return (
    <span className="flex flex-wrap gap-1.5 sm:justify-end">
      <Confirm
        trigger={<Button size="sm">Reset password</Button>}
        title={`Reset the password of ${member.name}`}
        description="The present password and all sessions end at once. You get a link to hand over."
        action="Reset the password"
        onConfirm={reset}
      />
      <Confirm
        trigger={<Button size="sm">Disable</Button>}
        title={`Disable ${member.name}`}
        description="Sessions, API tokens and unused approvals of this member stop counting at once. Nothing is deleted."
        action={`Disable ${member.name}`}
        variant="danger"
        onConfirm={() => able(disableMemberAction)}
      />
      <Dialog open={link !== null} onOpenChange={(open) => !open && close()}>
        <DialogContent title={`Link for ${member.name}`}>{link ? <OnceLink link={link} who={member.name} /> : null}</DialogContent>
      </Dialog>
    </span>
  )
}
