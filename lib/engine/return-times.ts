import { db } from '@/lib/db'
import { announce } from '@/lib/events'
import type { LedgerEvent } from '@/lib/rollouts/ledger'
import { findUnmeasured, measureReturn } from '@/lib/rollouts/return-times/store'
import type { Look } from './look'

export const MEASURE_EVERY_MS = 2_000

/** What the clusters acknowledged since the last look, for the ledger of a return; nothing for a rollout that goes forward. */
export function writtenSince({ live, clusters }: Look): LedgerEvent[] {
  if (live?.state.phase !== 'returning' && live?.plan.strategy !== 'return') return []
  return clusters.flatMap(({ place, observed, acknowledged }): LedgerEvent[] => {
    if (!observed || !acknowledged || place.acknowledgedGeneration === place.generation) return []
    const { clusterId, cluster, generation } = place
    return [{ kind: 'written', clusterId, cluster, generation, at: observed.acknowledgedAt }]
  })
}

/** Writes down how long each return took, as soon as its traffic is counted as gone. */
export async function measureReturns(now: Date): Promise<void> {
  for (const { id, endpointId } of await findUnmeasured(db(), now)) {
    await db().$transaction(async (tx) => {
      await tx.$queryRaw`select id from endpoint where id = ${endpointId}::uuid for update`
      if (await measureReturn(tx, id, now)) await announce(tx, `rollout:${id}`)
    })
  }
}
