import { Health } from '@/lib/clusters/schema'
import type { Tx } from '@/lib/db'
import { weightAt } from '../gate'
import type { Mirrors } from '../machine'
import type { KeptRollout } from '../store'

/**
 * Can every cluster where the candidate stands send copies of requests? As its last probe said. On Kubernetes pods cannot tell copies from requests of their own, which would be missing from the
 * evidence as if callers had got nothing: there only a version without weight gets copies.
 */
export async function canMirror(tx: Pick<Tx, 'cluster'>, { plan, state }: KeptRollout): Promise<Mirrors> {
  const place = 'place' in state ? state.place : { wave: 0, step: null }
  const ids = plan.waves.slice(0, place.wave + 1).map(({ clusterId }) => clusterId)
  const clusters = await tx.cluster.findMany({ where: { id: { in: ids } }, select: { id: true, driver: true, observation: true } })
  if (!clusters.every(({ observation }) => Health.safeParse(observation).data?.noMirror === null)) return 'cannot-mirror'
  const here = clusters.find(({ id }) => id === ids.at(-1))
  return here?.driver === 'kubernetes' && weightAt(plan, place) > 0 ? 'mirrors-at-zero' : true
}
