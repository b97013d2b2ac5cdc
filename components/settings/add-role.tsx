'use client'

import { Plus } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { FormDialog } from '@/components/ui/form-dialog'
import { grantRoleAction } from '@/lib/members/actions'
import { GrantFields, readGrant } from './grant-fields'
import type { Rights } from './rights'

/** Gives a member one more role. */
export function AddRole({ memberId, name, rights }: { memberId: string; name: string; rights: Rights }) {
  return (
    <li>
      <FormDialog
        trigger={
          <Button size="sm" variant="ghost" aria-label={`Give ${name} a role`}>
            <Plus aria-hidden />
            Role
          </Button>
        }
        title={`Give ${name} a role`}
        action="Give the role"
        send={(typed) => grantRoleAction({ memberId, ...readGrant(typed) })}
      >
        {(refused) => <GrantFields rights={rights} errors={refused} />}
      </FormDialog>
    </li>
  )
}
