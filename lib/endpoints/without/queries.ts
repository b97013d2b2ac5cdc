import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { capital } from '@/lib/format'
import { listPlaced } from '../store'
import { commandOf } from './box'
import type { WithoutSlipway } from './schema'

/** How to return the endpoint when nothing of Slipway answers; null for somebody who may not return it, and where there is none. */
export async function getWithoutSlipway(actor: Actor, endpointId: string): Promise<WithoutSlipway | null> {
  const [endpoint] = await listPlaced(db(), [parse(z.uuid(), endpointId)])
  if (!endpoint || !may(actor.grants, 'rollout:return', { teamId: endpoint.teamId, environmentId: endpoint.environmentId })) return null
  const [rows, returns] = await Promise.all([
    db().cluster.findMany({
      where: { id: { in: endpoint.clusters.map((place) => place.clusterId) } },
      select: { id: true, driver: true, config: true },
    }),
    db().rollout.findMany({
      where: { endpointId: endpoint.id, phase: 'promoted', toVersionId: { not: null } },
      select: { toVersionId: true },
      distinct: ['toVersionId'],
    }),
  ])
  const promoted = new Set(returns.flatMap((each) => each.toVersionId ?? []))
  const commands = endpoint.clusters.flatMap(({ clusterId, cluster, wish }) => {
    const row = rows.find((each) => each.id === clusterId)
    if (!wish && endpoint.unreadable)
      return [{ cluster, to: null, code: null, says: `${capital(endpoint.unreadable)}: use the rescue above.` }]
    return row ? [commandOf(endpoint.id, { cluster, driver: row.driver, config: row.config, wish, promoted })] : []
  })
  return { rescue: `npm run rescue -- return ${endpoint.environment}/${endpoint.model}`, commands }
}
