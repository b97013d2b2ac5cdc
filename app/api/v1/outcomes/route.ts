import { may, readableTeams } from '@/lib/auth/permissions'
import { requestActor } from '@/lib/auth/request'
import { parse } from '@/lib/command'
import { Problem } from '@/lib/errors'
import { Outcomes } from '@/lib/monitoring/flush'
import { ingestOutcomes } from '@/lib/monitoring/outcome'
import { guard, readJson } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const POST = guard(async (request) => {
  const actor = await requestActor(request)
  if (actor.scopes && !actor.scopes.includes('outcome:write'))
    throw new Problem('forbidden', "This token's scopes do not include outcome:write.")
  if (!may(actor.grants, 'outcome:write', {})) throw new Problem('forbidden', 'Writing outcomes needs the permission outcome:write.')
  const { outcomes } = parse(Outcomes, await readJson(request))
  return Response.json(await ingestOutcomes(outcomes, readableTeams(actor.grants.filter((grant) => may([grant], 'outcome:write', {})))))
})
