import { createHash } from 'node:crypto'
import { db } from '@/lib/db'
import { Problem } from '@/lib/errors'

/** The cluster whose identity token a request shows; throws unauthenticated. Tokens are random, so their SHA-256 is enough to store and to look up. */
export async function requestCluster(request: Request): Promise<{ id: string; name: string }> {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  const hash = token ? createHash('sha256').update(token).digest('hex') : null
  const cluster = hash ? await db().cluster.findFirst({ where: { identityHash: hash }, select: { id: true, name: true } }) : null
  if (!cluster) throw new Problem('unauthenticated', "Show the cluster's identity token: Authorization: Bearer TOKEN.")
  return cluster
}
