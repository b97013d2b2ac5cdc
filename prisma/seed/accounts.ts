import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { EXAMPLE_ACCOUNTS_FILE, ExampleAccount } from '@/lib/auth/example-accounts'
import { hashPassword } from '@/lib/auth/password'
import type { Role } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { newId } from '@/lib/id'
import { tokenFrom, tokenHash, tokenPrefix } from '@/lib/tokens/secret'

const PEOPLE: { email: string; name: string; role: Role }[] = [
  { email: 'engineer@slipway.example', name: 'Erin Engineer', role: 'engineer' },
  { email: 'approver@slipway.example', name: 'Avery Approver', role: 'approver' },
  { email: 'sre@slipway.example', name: 'Sam Reliability', role: 'sre' },
  { email: 'viewer@slipway.example', name: 'Vic Viewer', role: 'viewer' },
  { email: 'admin@slipway.example', name: 'Ada Admin', role: 'admin' },
]
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const TOKEN_DAYS = 366

function password(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join('-')
}

/**
 * One account per role, with passwords made at the first start and kept in the data folder (0600). Where that file is lost the accounts get new passwords.
 * Returns each role's actor.
 */
export async function prepareAccounts(): Promise<Record<Role, Actor>> {
  const file = path.join(env().SLIPWAY_DATA_DIR, EXAMPLE_ACCOUNTS_FILE)
  const known = existsSync(file) ? z.array(ExampleAccount).parse(JSON.parse(readFileSync(file, 'utf8'))) : null
  const accounts = known ?? PEOPLE.map((person) => ({ ...person, password: password() }))
  const actors: Partial<Record<Role, Actor>> = {}
  for (const [i, { email, name, role }] of PEOPLE.entries()) {
    const there = await db().member.findUnique({ where: { email } })
    const passwordHash = there && known ? undefined : await hashPassword(accounts[i].password)
    const member = await db().member.upsert({
      where: { email },
      create: { id: newId(), email, name, example: true, passwordHash },
      update: passwordHash ? { passwordHash } : {},
    })
    await db().memberGrant.createMany({ data: [{ id: newId(), memberId: member.id, role }], skipDuplicates: true })
    const grants = [{ role, teamId: null, environmentId: null }]
    actors[role] = { kind: 'member', id: member.id, memberId: member.id, name, signedInAs: null, grants, scopes: null }
  }
  if (!known) {
    writeFileSync(`${file}.new`, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  return actors as Record<Role, Actor>
}

/** The engineer's token for CI, by which the traffic process launches and labels; made again where the key has changed. */
export async function prepareToken(engineer: Actor, secret: string): Promise<void> {
  const token = tokenFrom(secret)
  const prefix = tokenPrefix(token)
  if (!prefix || !engineer.memberId) throw new Error('the traffic secret gives no token')
  const expiresAt = new Date(Date.now() + TOKEN_DAYS * 86_400_000)
  const scopes = ['team:read', 'rollout:launch', 'outcome:write']
  await db().apiToken.upsert({
    where: { prefix },
    create: { id: newId(), prefix, name: 'ci', hash: tokenHash(token), scopes, createdById: engineer.memberId, expiresAt },
    update: { hash: tokenHash(token), scopes, expiresAt },
  })
}
