import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Tx } from '@/lib/db'
import { askEngine } from '@/lib/environments/engine'
import { invalid, notFound, Problem } from '@/lib/errors'

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

const Sealed = z.object({ sealed: z.base64(), keyId: z.string().min(1) })

/** A credential as it is stored: web has no key, so the engine seals it. Without the engine it is refused, never stored in the clear. */
export async function sealed(plaintext: string): Promise<{ credential: Uint8Array<ArrayBuffer>; credentialKey: string }> {
  const answer = await askEngine('seal', { plaintext })
  if (!answer.ok) throw new Problem('unavailable', `The admin token cannot be sealed now, and is not stored without. ${answer.reason}`)
  const { sealed: bytes, keyId } = Sealed.parse(answer.value)
  return { credential: new Uint8Array(Buffer.from(bytes, 'base64')), credentialKey: keyId }
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  const host = new URL(address).hostname
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host)
}

/** Refuses a name or an admin address that another cluster has. */
export async function refuseTaken(tx: Tx, name: string): Promise<void> {
  if (await tx.cluster.findUnique({ where: { name }, select: { id: true } }))
    throw invalid('name', `A cluster named "${name}" is there. Choose another name.`)
}
