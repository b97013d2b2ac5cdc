import { createHash, randomBytes } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db'
import { sealedText } from '@/lib/environments/sealed'
import { invalid, notFound } from '@/lib/errors'
import { endExample } from '@/lib/members/setup'

/** A cluster that was not removed. */
export async function clusterById(tx: Tx, id: string) {
  const cluster = await tx.cluster.findFirst({ where: { id, removedAt: null } })
  if (!cluster) throw notFound('such cluster')
  return cluster
}

/** A new identity token and what of it is stored. */
export function newIdentity(): { token: string; hash: string } {
  const token = `sli_${randomBytes(32).toString('base64url')}`
  return { token, hash: createHash('sha256').update(token).digest('hex') }
}

/** A credential as it is stored, or nothing where there is no new one. Refused without the engine. */
export async function sealed(secret: string | null): Promise<{ credential?: Uint8Array<ArrayBuffer>; credentialKey?: string }> {
  if (secret === null) return {}
  const { bytes, keyId } = await sealedText('credential', secret)
  return { credential: bytes, credentialKey: keyId }
}

/**
 * Ends the example workspace where an address that is called is not this machine's own: a real cluster has come. For the answer, and null where nothing ended: the one-time
 * link of whoever did it (null: has a password).
 */
export async function endExampleAt(
  tx: Tx,
  address: string,
  { memberId }: Pick<Actor, 'memberId'>,
): Promise<{ link: string | null } | null> {
  return isLoopback(address) ? null : endExample(tx, memberId)
}

function isLoopback(address: string): boolean {
  const host = new URL(address).hostname
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}

/** Refuses a name or an admin address that another cluster has. */
export async function refuseTaken(tx: Tx, name: string): Promise<void> {
  if (await tx.cluster.findUnique({ where: { name }, select: { id: true } }))
    throw invalid('name', `A cluster named "${name}" is there. Choose another name.`)
}
