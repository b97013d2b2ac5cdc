import type { Tx } from '@/lib/db'

/** Forgets the heartbeats of engines, at a start: one that was killed seconds ago must not count as running. An engine that does run says so again within 2 s. */
export async function forgetEngines(tx: Tx): Promise<void> {
  await tx.process.deleteMany({ where: { kind: 'engine' } })
}
