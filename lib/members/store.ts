import type { Tx } from '@/lib/db'
import { notFound, Problem } from '@/lib/errors'

interface StoredMember {
  id: string
  name: string
  email: string
  example: boolean
  passwordHash: string | null
  disabledAt: Date | null
}

/** A member by id; throws not-found. */
export async function memberById(tx: Tx, id: string): Promise<StoredMember> {
  const member = await tx.member.findUnique({ where: { id } })
  if (!member) throw notFound('such member')
  return member
}

/**
 * Refuses when nobody would be left who is an admin of everything. Called after the change, in its transaction; the lock makes two
 * admins who disable each other at once come one after the other.
 */
export async function keepAnAdmin(tx: Tx): Promise<void> {
  await tx.$queryRaw`select id from installation where id = 1 for update`
  const left = await tx.member.count({
    where: { disabledAt: null, grants: { some: { role: 'admin', teamId: null, environmentId: null } } },
  })
  if (left === 0)
    throw new Problem('conflict', 'Nobody would be left who is admin of all teams and environments. Give that role to another first.')
}
