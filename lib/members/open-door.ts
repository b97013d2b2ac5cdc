import type { z } from 'zod'
import { hashPassword } from '@/lib/auth/password'
import { databaseNow } from '@/lib/clock'
import { parse, writeAudit } from '@/lib/command'
import { db, type Tx } from '@/lib/db'
import { notFound, Problem, type Result } from '@/lib/errors'
import { newId } from '@/lib/id'
import { log } from '@/lib/log'
import { passwordCodeHash } from './password-code'
import { FirstAdmin, SetPassword } from './schema'
import { setupCodeHash } from './setup'

/** All that the first admin can be at once: a house of one person must not stand still. Approving one's own plans stays impossible. */
const FIRST_ROLES = ['admin', 'engineer', 'approver', 'sre'] as const

/** What can be done without an account: only these two, each with a one-time code. */
async function openDoor<I extends z.ZodType, O>(
  schema: I,
  raw: unknown,
  run: (tx: Tx, input: z.output<I>, now: Date) => Promise<O>,
): Promise<Result<O>> {
  const requestId = newId()
  try {
    const input = parse(schema, raw)
    return { ok: true, value: await db().$transaction(async (tx) => run(tx, input, await databaseNow(tx))) }
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.detail(requestId) }
    log.error({ err: error, requestId }, 'one-time code failed')
    return {
      ok: false,
      problem: { code: 'internal', message: `Something failed on our side. Tell an admin this request id: ${requestId}.`, requestId },
    }
  }
}

/** Sets a password with the one-time code of an invitation or a reset; the code dies. */
export function setPassword(raw: unknown): Promise<Result<{ email: string }>> {
  return openDoor(SetPassword, raw, async (tx, { code, password }, now) => {
    const spent = { passwordCodeHash: null, passwordCodeUntil: null }
    const where = { passwordCodeHash: passwordCodeHash(code), passwordCodeUntil: { gt: now }, disabledAt: null }
    const member = await tx.member.findFirst({ where })
    if (!member)
      throw new Problem(
        'not-found',
        'This link does not work: it was used, replaced, or is older than three days. Ask an admin for another.',
      )
    const data = { ...spent, passwordHash: await hashPassword(password), sessionVersion: { increment: 1 } }
    const changed = await tx.member.updateMany({ where: { ...where, id: member.id }, data })
    if (changed.count === 0) throw notFound('such link: it was used a moment ago')
    await auditOwn(tx, member, 'member.set-password', now)
    return { email: member.email }
  })
}

/** Makes the first admin and the first team with the code from the terminal; the code dies. Also the way back in when nobody can sign in as admin. */
export function makeFirstAdmin(raw: unknown): Promise<Result<{ email: string }>> {
  return openDoor(FirstAdmin, raw, async (tx, input, now) => {
    const used = await tx.installation.updateMany({
      where: { id: 1, setupCodeHash: setupCodeHash(input.code) },
      data: { setupCodeHash: null },
    })
    if (used.count === 0)
      throw new Problem('forbidden', 'This code does not fit. The latest one stands in the terminal where Slipway was started.')
    const credentials = { name: input.name, passwordHash: await hashPassword(input.password), disabledAt: null }
    const member = await tx.member.upsert({
      where: { email: input.email },
      create: { id: newId(), email: input.email, ...credentials },
      update: { ...credentials, sessionVersion: { increment: 1 }, passwordCodeHash: null, passwordCodeUntil: null },
    })
    const grants = FIRST_ROLES.map((role) => ({ id: newId(), memberId: member.id, role }))
    await tx.memberGrant.createMany({ data: grants, skipDuplicates: true })
    const slug = slugOf(input.team)
    await tx.team.createMany({ data: [{ id: newId(), slug, name: input.team }], skipDuplicates: true })
    await auditOwn(tx, member, 'member.first-admin', now)
    return { email: member.email }
  })
}

/** "Fraud & Risk" -> "fraud-risk"; a name without a Latin letter becomes "team". */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 63)
  return plain || 'team'
}

async function auditOwn(tx: Tx, member: { id: string; name: string }, verb: string, now: Date): Promise<void> {
  await writeAudit(tx, {
    actor: { kind: 'member', id: member.id, memberId: member.id, name: member.name, signedInAs: null, grants: [], scopes: null },
    verb,
    target: { kind: 'member', id: member.id, name: member.name },
    scope: {},
    now,
    requestId: newId(),
  })
}
