import { createHash, hkdfSync } from 'node:crypto'
import type { Tx } from './db'
import { Problem } from './errors'
import { keyIdOf, seal, unseal } from './seal'

/** A request that its sender may repeat: the key it carries, and the hash of its body. */
export interface Once {
  key: string
  bodyHash: string
}

interface Asked extends Once {
  actorId: string
  /** The command's name. */
  route: string
}

/** A key as the table holds it: its SHA-256, because the key itself opens the answer. */
export function storedKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** What the answer is sealed with: it may hold a token that is shown once, and stands in the database for a day. */
function sealOf({ key, actorId }: Asked): string {
  return Buffer.from(hkdfSync('sha256', key, actorId, 'slipway answer', 32)).toString('base64url')
}

/**
 * Takes the key in the command's own transaction, so that the effect and the key are stored together or not at all: a process that dies leaves neither.
 * One that comes at the same time waits here for the first to end. Returns the answer of before, or null: nobody had the effect yet, and this one shall.
 * Throws `invalid` when the key was used for another request.
 */
export async function answerOfBefore(tx: Tx, asked: Asked): Promise<{ value: unknown } | null> {
  const { actorId, route, bodyHash } = asked
  const key = storedKey(asked.key)
  // A row without a status was left by a process that died before keys and effects were stored together.
  const taken = await tx.$executeRaw`
    insert into idempotency_key (actor_id, key, route, body_hash) values (${actorId}, ${key}, ${route}, ${bodyHash})
    on conflict (actor_id, key) do update set route = excluded.route, body_hash = excluded.body_hash where idempotency_key.status is null`
  if (taken > 0) return null
  const first = await tx.idempotencyKey.findUnique({ where: { actorId_key: { actorId, key } } })
  if (!first) throw new Problem('conflict', 'This idempotency key has just expired. Send the request again.')
  if (first.route !== route || first.bodyHash !== bodyHash)
    throw new Problem('invalid', 'This idempotency key was used for another request.')
  const own = sealOf(asked)
  return { value: JSON.parse(unseal({ bytes: Buffer.from(String(first.response), 'base64'), keyId: keyIdOf(own) }, own)) }
}

/** Stores the answer under the key, in the same transaction, so that only who sends the key again can read it. */
export async function keepAnswer(tx: Tx, asked: Asked, value: unknown): Promise<void> {
  const { bytes } = seal(JSON.stringify(jsonSafe(value)), sealOf(asked))
  const row = { actorId: asked.actorId, key: storedKey(asked.key) }
  await tx.idempotencyKey.update({ where: { actorId_key: row }, data: { status: 200, response: bytes.toString('base64') } })
}

/** BigInt and Date as JSON can hold them; nothing is {}. */
export function jsonSafe(value: unknown) {
  return JSON.parse(JSON.stringify(value ?? {}, (_key, item) => (typeof item === 'bigint' ? Number(item) : item)))
}
