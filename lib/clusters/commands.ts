import { z } from 'zod'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { askEngine } from '@/lib/environments/engine'
import { kindMismatch } from '@/lib/environments/kind'
import { Kind } from '@/lib/environments/schema'
import { refuseLiveRollouts } from '@/lib/environments/store'
import { invalid, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { endExample } from '@/lib/members/setup'
import { AddCluster, ClusterId, EditCluster, type Health, LocalConfig, Location } from './schema'
import { clusterById, isLoopback, newIdentity, refuseTaken, sealed } from './store'

const INSTALLATION = async () => ({ teamId: null, environmentId: null })

/**
 * Registers a local cluster. The answer holds its identity token, shown this once: with it the cluster fetches artifacts and writes its own series.
 * A cluster on another machine ends the example workspace for good; then the answer also holds the one-time link of whoever did it.
 */
export const addCluster = defineCommand({
  name: 'cluster.add',
  input: AddCluster,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, actor, input, now, audit }) {
    const { name, location, adminUrl, publicUrl } = input
    await refuseTaken(tx, name)
    const secret = await sealed(input.adminToken)
    const identity = newIdentity()
    const id = newId()
    const facts = { name, driver: 'local', location, config: { adminUrl, publicUrl }, identityHash: identity.hash, createdAt: now }
    await tx.cluster.create({ data: { id, ...facts, ...secret } })
    const ended = isLoopback(adminUrl) ? null : await endExample(tx, actor.memberId)
    audit({ kind: 'cluster', id, name, detail: { driver: 'local', location, adminUrl, publicUrl, endedExample: ended !== null } })
    return { id, name, identityToken: identity.token, exampleEnded: ended }
  },
})

/** Changes a cluster's addresses, place or admin token. An admin address on another machine ends the example workspace, as adding such a cluster does. */
export const editCluster = defineCommand({
  name: 'cluster.edit',
  input: EditCluster,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, actor, input, audit }) {
    const cluster = await clusterById(tx, input.clusterId)
    const before = LocalConfig.parse(cluster.config)
    const config = { adminUrl: input.adminUrl ?? before.adminUrl, publicUrl: input.publicUrl ?? before.publicUrl }
    const location = input.location ?? Location.parse(cluster.location)
    if (location !== cluster.location) await refuseMisplaced(tx, cluster.id, location)
    const secret = input.adminToken ? await sealed(input.adminToken) : {}
    await tx.cluster.update({ where: { id: cluster.id }, data: { config, location, ...secret } })
    const ended = isLoopback(config.adminUrl) ? null : await endExample(tx, actor.memberId)
    await announceEnvironments(tx, cluster.id)
    audit({
      kind: 'cluster',
      id: cluster.id,
      name: cluster.name,
      detail: { location, ...config, newToken: input.adminToken !== undefined, endedExample: ended !== null },
    })
    return { id: cluster.id, exampleEnded: ended }
  },
})

/** Makes a new identity token, shown this once; the old one ends at once. */
export const renewIdentity = defineCommand({
  name: 'cluster.identity',
  input: ClusterId,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, input, audit }) {
    const cluster = await clusterById(tx, input.clusterId)
    const identity = newIdentity()
    await tx.cluster.update({ where: { id: cluster.id }, data: { identityHash: identity.hash } })
    audit({ kind: 'cluster', id: cluster.id, name: cluster.name })
    return { id: cluster.id, identityToken: identity.token }
  },
})

const ProbeAnswer = z.union([
  z.object({ ok: z.literal(true), version: z.string(), detail: z.string() }),
  z.object({ ok: z.literal(false), reason: z.string() }),
])

/** Asks the cluster, through the engine, whether it is there, and stores what it said. */
export const probeCluster = defineCommand({
  name: 'cluster.probe',
  input: ClusterId,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, input, now, audit }): Promise<Health> {
    const cluster = await clusterById(tx, input.clusterId)
    const answer = await askEngine('probe', { clusterId: cluster.id })
    if (!answer.ok) throw new Problem('unavailable', answer.reason)
    const said = ProbeAnswer.parse(answer.value)
    const health = { ok: said.ok, text: said.ok ? `${said.version}: ${said.detail}` : said.reason, at: now.toISOString() }
    await tx.cluster.update({ where: { id: cluster.id }, data: { observation: health, ...(said.ok ? { seenAt: now } : {}) } })
    await announceEnvironments(tx, cluster.id)
    audit({ kind: 'cluster', id: cluster.id, name: cluster.name, detail: health })
    return health
  },
})

/** Takes a cluster away; what it counted stays. Refused while an environment has it, and says so first where a rollout goes on. */
export const removeCluster = defineCommand({
  name: 'cluster.remove',
  input: ClusterId,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, input, now, audit }) {
    const cluster = await clusterById(tx, input.clusterId)
    await tx.$queryRaw`select id from cluster where id = ${cluster.id}::uuid for update`
    const places = await tx.environmentCluster.findMany({
      where: { clusterId: cluster.id },
      select: { environment: { select: { id: true, slug: true } } },
    })
    const environments = places.map((place) => place.environment)
    await refuseLiveRollouts(
      tx,
      environments.map((environment) => environment.id),
      `Removing the cluster "${cluster.name}"`,
    )
    if (environments.length > 0) {
      const names = environments.map((environment) => environment.slug).join(', ')
      throw new Problem('conflict', `The cluster "${cluster.name}" serves ${names}. Take it out of there first.`)
    }
    const gone = { removedAt: now, name: `${cluster.name}~${cluster.id}`, identityHash: null, credential: null, credentialKey: null }
    await tx.cluster.update({ where: { id: cluster.id }, data: gone })
    audit({ kind: 'cluster', id: cluster.id, name: cluster.name })
    return { id: cluster.id }
  },
})

async function refuseMisplaced(tx: Tx, clusterId: string, location: Location): Promise<void> {
  const places = await tx.environmentCluster.findMany({
    where: { clusterId },
    select: {
      environment: {
        select: { slug: true, kind: true, clusters: { select: { cluster: { select: { id: true, name: true, location: true } } } } },
      },
    },
  })
  for (const { environment } of places) {
    const clusters = environment.clusters.map(({ cluster }) => ({
      name: cluster.name,
      location: cluster.id === clusterId ? location : Location.parse(cluster.location),
    }))
    const mismatch = kindMismatch(Kind.parse(environment.kind), clusters)
    if (mismatch) throw invalid('location', `"${environment.slug}" would no longer be ${environment.kind}. ${mismatch}`)
  }
}

async function announceEnvironments(tx: Tx, clusterId: string): Promise<void> {
  const places = await tx.environmentCluster.findMany({ where: { clusterId }, select: { environmentId: true } })
  for (const { environmentId } of places) await announce(tx, `environment:${environmentId}`)
}
