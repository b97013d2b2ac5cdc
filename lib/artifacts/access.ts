import { createHash, timingSafeEqual } from 'node:crypto'
import type { ReadStream } from 'node:fs'
import { readableTeams } from '@/lib/auth/permissions'
import { requestActor } from '@/lib/auth/request'
import { demandScope } from '@/lib/command'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { notFound } from '@/lib/errors'
import { artifactBytes, openArtifact } from './store'

/** The artifact's bytes for whoever may read them; answers as not found otherwise, and for a digest that is not stored. */
export async function readArtifact(request: Request, digest: string): Promise<{ bytes: number; open: () => ReadStream }> {
  await demandArtifactAccess(request, digest)
  const bytes = await artifactBytes(digest)
  if (bytes === null) throw notFound(`artifact ${digest}`)
  return { bytes, open: () => openArtifact(digest) }
}

/**
 * Lets through: a cluster (its identity token) and the engine (its bearer), which run models; and members who may read a version that names the artifact.
 * For anybody else it is not there.
 */
async function demandArtifactAccess(request: Request, digest: string): Promise<void> {
  const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token && (isEngine(token) || (await isCluster(token)))) return
  const actor = await requestActor(request)
  demandScope(actor, 'team:read')
  const teams = readableTeams(actor.grants)
  const where = { OR: [{ digest }, { baseline: { sampleDigest: digest } }], ...(teams ? { model: { teamId: { in: teams } } } : {}) }
  if (actor.grants.length === 0 || !(await db().modelVersion.findFirst({ where, select: { id: true } })))
    throw notFound(`artifact ${digest}`)
}

function isEngine(token: string): boolean {
  const expected = env().SLIPWAY_ENGINE_TOKEN
  if (!expected) return false
  return timingSafeEqual(sha256(token), sha256(expected))
}

async function isCluster(token: string): Promise<boolean> {
  const identityHash = sha256(token).toString('hex')
  return (await db().cluster.count({ where: { identityHash } })) > 0
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
