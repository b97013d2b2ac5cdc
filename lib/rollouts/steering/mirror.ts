import { Health } from '@/lib/clusters/schema'
import type { Tx } from '@/lib/db'
import type { KeptRollout } from '../store'

/** Can every cluster where the candidate stands send copies of requests? As its last probe said. */
export async function canMirror(tx: Pick<Tx, 'cluster'>, { plan, state }: KeptRollout): Promise<boolean> {
  const last = 'place' in state ? state.place.wave : 0
  const ids = plan.waves.slice(0, last + 1).map(({ clusterId }) => clusterId)
  const clusters = await tx.cluster.findMany({ where: { id: { in: ids } }, select: { observation: true } })
  return clusters.every(({ observation }) => Health.safeParse(observation).data?.noMirror === null)
}
