'use client'

import { X } from 'lucide-react'
import { Confirm } from '@/components/ui/alert-dialog'
import { reached } from '@/components/ui/reached'
import { revokeRoleAction } from '@/lib/members/actions'
import type { GrantRow } from '@/lib/members/schema'
import { placeWords } from './role-list'

/** One role with its place; those who may take it away get a cross. */
export function RoleTag({ grant, member }: { grant: GrantRow; member: string }) {
  const revoke = async () => {
    const result = await reached(revokeRoleAction({ grantId: grant.id }))
    return result.ok ? undefined : result.problem.message
  }
  return (
    <li className="inline-flex min-h-6 items-center gap-1 rounded-sm border bg-sunken pl-1.5 text-xs">
      <span className="py-0.5 pr-1.5">
        {grant.role} <span className="text-muted">{placeWords(grant)}</span>
      </span>
      {grant.revocable ? (
        <Confirm
          trigger={
            <button
              type="button"
              className="-ml-1.5 grid size-6 place-items-center rounded-sm hover:bg-border"
              aria-label={`Take ${grant.role} from ${member}`}
            >
              <X className="size-3" aria-hidden />
            </button>
          }
          title={`Take the role ${grant.role} from ${member}`}
          description={`In ${placeWords(grant)}. It holds from the next request on; a yes given with it that is not used yet no longer counts.`}
          action={`Take the role ${grant.role}`}
          onConfirm={revoke}
        />
      ) : null}
    </li>
  )
}
