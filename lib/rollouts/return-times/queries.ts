import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import type { ReturnTimes } from '../ledger'
import type { MeasuredReturn, ReturnSpread, Spread } from './schema'
import { findTimes } from './store'
import { lasted, quantile } from './times'

const MEASURED_MAX = 1_000
const SHOWN = 10

/** The five times of a rollout's return; null: it was not returned, or not measured yet. Throws not-found. */
export async function getReturnTimes(actor: Actor, rolloutId: string): Promise<ReturnTimes | null> {
  const row = await db().rollout.findUnique({
    where: { id: parse(z.uuid(), rolloutId) },
    select: { endpoint: { select: { environmentId: true, model: { select: { teamId: true } } } } },
  })
  const scope = { teamId: row?.endpoint.model.teamId ?? '', environmentId: row?.endpoint.environmentId ?? '' }
  if (!row || !may(actor.grants, 'team:read', scope)) throw notFound('such rollout')
  return findTimes(db(), rolloutId)
}

/** How long returns took, over the last 1,000 of the teams that the actor may read. */
export async function getReturnSpread(actor: Actor): Promise<ReturnSpread> {
  const teams = readableTeams(actor.grants)
  const rows = await db().ledger.findMany({
    where: { kind: 'safe', rollout: { endpoint: { model: teams ? { teamId: { in: teams } } : {} } } },
    select: {
      at: true,
      payload: true,
      rolloutId: true,
      rollout: { select: { endpoint: { select: { model: { select: { slug: true } }, environment: { select: { slug: true } } } } } },
    },
    orderBy: { at: 'desc' },
    take: MEASURED_MAX,
  })
  const all = rows.map(({ at, payload, rolloutId, rollout }): MeasuredReturn => {
    // Only appendLedger writes this column.
    const { times } = payload as unknown as { times: ReturnTimes }
    const { model, environment } = rollout.endpoint
    return { rolloutId, model: model.slug, environment: environment.slug, at: at.toISOString(), lasted: lasted(times), times }
  })
  const spread = (values: (number | null)[]): Spread => {
    const known = values.filter((value) => value !== null)
    return { n: known.length, p50: quantile(known, 0.5), p95: quantile(known, 0.95) }
  }
  return {
    total: spread(all.map((each) => each.lasted)),
    decide: spread(all.map(({ times }) => (times.firstBad === null ? null : Math.max(0, times.decided - times.firstBad)))),
    act: spread(all.map(({ times }) => (times.counted === null ? null : Math.max(0, times.counted - times.decided)))),
    uncounted: all.filter((each) => each.lasted === null).length,
    newest: all.slice(0, SHOWN),
  }
}
