import { Health } from '@/lib/clusters/schema'
import type { Tx } from '@/lib/db'
import { weightAt } from '../gate'
import type { Mirrors } from '../machine'
import type { KeptRollout } from '../store'

/**
 * Can the cluster of the present wave, the only one where copies are sent, send them? As its last probe said. On Kubernetes pods cannot tell copies from requests of their own, which would be missing from the
 * evidence as if callers had got nothing: there only a version without weight gets copies.
 */
export async function canMirror(tx: Pick<Tx, 'cluster'>, { plan, state }: KeptRollout): Promise<Mirrors> {
  const place = 'place' in state ? state.place : { wave: 0, step: null }
  const { clusterId } = plan.waves[place.wave]
  const cluster = await tx.cluster.findUnique({ where: { id: clusterId }, select: { driver: true, observation: true } })
  if (Health.safeParse(cluster?.observation).data?.noMirror !== null) return 'cannot-mirror'
  return cluster?.driver === 'kubernetes' && weightAt(plan, place) > 0 ? 'mirrors-at-zero' : true
}
