import { z } from 'zod'
import { toAnswer } from '@/lib/approvals/store'
import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import type { Prisma } from '@/lib/generated/prisma/client'
import { readOr } from '@/lib/stored'
import { Phase, Strategy } from '../schema'
import { toKept } from '../store'
import type { UnreadableRollout } from './schema'

const include = {
  plan: { select: { document: true } },
  approvals: { orderBy: { at: 'asc' } },
  endpoint: { select: { environmentId: true, environment: { select: { slug: true } }, model: { select: { teamId: true, slug: true } } } },
} as const satisfies Prisma.RolloutInclude

/** What is known of a rollout whose plan cannot be read; null: its plan can be read. Throws not-found. */
export async function getUnreadableRollout(actor: Actor, id: string): Promise<UnreadableRollout | null> {
  const row = await db().rollout.findUnique({ where: { id: parse(z.uuid(), id) }, include })
  const scope = { teamId: row?.endpoint.model.teamId ?? '', environmentId: row?.endpoint.environmentId ?? '' }
  if (!row || !may(actor.grants, 'team:read', scope)) throw notFound('such rollout')
  const why = readOr(
    'plan',
    () => toKept(row) && null,
    (reason) => reason,
  )
  return why === null ? null : knownOf(row, why)
}

async function knownOf(row: Prisma.RolloutGetPayload<{ include: typeof include }>, why: string): Promise<UnreadableRollout> {
  const { id, endpointId, planHash, headline, fromVersionId, toVersionId, endpoint } = row
  const versions = await db().modelVersion.findMany({
    where: { id: { in: [fromVersionId, toVersionId].filter((each) => each !== null) } },
    select: { id: true, number: true },
  })
  const numberOf = (versionId: string | null) => versions.find((version) => version.id === versionId)?.number ?? null
  return {
    ...{ id, endpointId, why, planHash, headline, author: row.authorName },
    ...{ model: endpoint.model.slug, environment: endpoint.environment.slug },
    ...{ strategy: Strategy.parse(row.strategy), phase: Phase.parse(row.phase) },
    ...{ from: numberOf(fromVersionId), to: numberOf(toVersionId) },
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    answers: row.approvals.map(toAnswer),
  }
}
