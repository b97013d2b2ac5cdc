import type { Actor } from '@/lib/auth/actor'
import { readableTeams } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { type ExampleState, ReportTraffic } from './schema'

/** Names of the example's environment, model versions by note, as the seed makes them. */
const TRIAL = 'trial'
const PRODUCTION = 'prod-hybrid'
const SLOW = 'slow'
const BETTER = 'better'

/** State of the example workspace for the Overview; null where there is none, or the actor may not read its team. */
export async function exampleState(actor: Actor): Promise<ExampleState | null> {
  const installation = await db().installation.findUnique({ where: { id: 1 } })
  if (!installation?.example) return null
  const teams = readableTeams(actor.grants)
  const ofTeam = teams ? { model: { teamId: { in: teams } } } : {}
  const process = await db().process.findFirst({ where: { kind: 'traffic' }, orderBy: { seenAt: 'desc' } })
  const report = ReportTraffic.safeParse(process?.detail)
  const [slow, better] = await Promise.all([versionIds(SLOW), versionIds(BETTER)])
  const select = { id: true, phase: true, headline: true } as const
  const slowRollout = await db().rollout.findFirst({
    where: { toVersionId: { in: slow }, strategy: 'canary', endpoint: { environment: { slug: TRIAL }, ...ofTeam } },
    orderBy: { createdAt: 'desc' },
    select,
  })
  const betterRollout = await db().rollout.findFirst({
    where: { toVersionId: { in: better }, strategy: 'canary', endpoint: ofTeam },
    orderBy: { createdAt: 'desc' },
    select,
  })
  const best = await db().modelVersion.findFirst({
    where: { note: { startsWith: BETTER }, ...ofTeam },
    orderBy: { createdAt: 'desc' },
    select: { number: true, model: { select: { slug: true } } },
  })
  return {
    traffic: process && report.success ? { ...report.data, seenAt: process.seenAt.toISOString() } : null,
    slowRollout,
    betterRollout,
    better: best ? { model: best.model.slug, version: best.number, environment: PRODUCTION } : null,
  }
}

async function versionIds(note: string): Promise<string[]> {
  const versions = await db().modelVersion.findMany({ where: { note: { startsWith: note } }, select: { id: true } })
  return versions.map((version) => version.id)
}
