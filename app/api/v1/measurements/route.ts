import { requestActor } from '@/lib/auth/request'
import { parse } from '@/lib/command'
import { Measurements } from '@/lib/monitoring/flush'
import { ingestOutcomes } from '@/lib/monitoring/outcome'
import { outcomeTeams } from '@/lib/monitoring/outcome-door'
import { guard, readJson } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const POST = guard(async (request) => {
  const teams = outcomeTeams(await requestActor(request))
  const { measurements } = parse(Measurements, await readJson(request))
  return Response.json(await ingestOutcomes(measurements, teams))
})
