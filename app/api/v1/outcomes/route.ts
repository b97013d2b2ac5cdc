import { requestActor } from '@/lib/auth/request'
import { parse } from '@/lib/command'
import { Outcomes } from '@/lib/monitoring/flush'
import { ingestOutcomes } from '@/lib/monitoring/outcome'
import { outcomeTeams } from '@/lib/monitoring/outcome-door'
import { guard, readJson } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const POST = guard(async (request) => {
  const teams = outcomeTeams(await requestActor(request))
  const { outcomes } = parse(Outcomes, await readJson(request))
  return Response.json(await ingestOutcomes(outcomes, teams))
})
