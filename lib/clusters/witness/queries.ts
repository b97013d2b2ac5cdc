import type { Actor } from '@/lib/auth/actor'
import { demand } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { ClusterId } from '../schema'
import { StoredWitness, type WitnessView } from './schema'

/** Which Prometheus counts a cluster's gateway, without its token; null: none. Throws not-found. */
export async function getWitness(actor: Actor, id: string): Promise<WitnessView | null> {
  demand(actor, 'team:read', {})
  const row = ClusterId.safeParse({ clusterId: id }).success
    ? await db().cluster.findFirst({ where: { id, removedAt: null }, select: { witness: true, witnessToken: true } })
    : null
  if (!row) throw notFound('such cluster')
  const stored = StoredWitness.safeParse(row.witness).data
  return stored ? { ...stored, hasToken: row.witnessToken !== null } : null
}
