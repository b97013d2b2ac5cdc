import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { Problem } from '@/lib/errors'

/** Teams whose predictions the actor may say outcomes of (null: all). Throws forbidden for one who may not write any. */
export function outcomeTeams(actor: Actor): string[] | null {
  if (actor.scopes && !actor.scopes.includes('outcome:write'))
    throw new Problem('forbidden', "This token's scopes do not include outcome:write.")
  if (!may(actor.grants, 'outcome:write', {})) throw new Problem('forbidden', 'Writing outcomes needs the permission outcome:write.')
  return readableTeams(actor.grants.filter((grant) => may([grant], 'outcome:write', {})))
}
