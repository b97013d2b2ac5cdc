import type { Tx } from '@/lib/db'
import { env } from '@/lib/env'
import type { Allow } from '@/lib/outbound/address'

/**
 * Where a webhook may lead beside the public internet: what whoever runs this house allows (`SLIPWAY_WEBHOOK_TARGETS`), and this machine itself in the example
 * workspace, which is there to be tried.
 */
export async function allowedTargets(tx: Pick<Tx, 'installation'>): Promise<Allow> {
  const installation = await tx.installation.findUnique({ where: { id: 1 }, select: { example: true } })
  const named = env().SLIPWAY_WEBHOOK_TARGETS
  return { private: named.includes('private'), loopback: named.includes('loopback') || installation?.example === true }
}
