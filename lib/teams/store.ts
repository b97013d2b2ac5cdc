import type { Tx } from '@/lib/db'
import { notFound } from '@/lib/errors'

/** A team by id; throws not-found. */
export async function teamById(tx: Tx, id: string): Promise<{ id: string; slug: string; name: string }> {
  const team = await tx.team.findUnique({ where: { id }, select: { id: true, slug: true, name: true } })
  if (!team) throw notFound('such team')
  return team
}
