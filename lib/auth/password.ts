import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** argon2id with 19 MiB, two passes, one lane (OWASP's first choice). 2 is `Algorithm.Argon2id`, a const enum that isolated modules cannot import. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** The hash to store: a PHC string with its own salt and cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

let decoy: Promise<string> | undefined

/**
 * True if the password fits the hash. Without a hash (nobody by that email, no password set) as much work is done against a decoy,
 * so that the time of the answer does not tell who is a member.
 */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(32).toString('base64url'))
  const fits = await verify(stored ?? (await decoy), password)
  return Boolean(stored) && fits
}
