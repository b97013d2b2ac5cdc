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
import { healthOf } from './health'
import { identityCommand } from './identity-command'
import { editedPlace, newPlace } from './places'
import { AddCluster, ClusterId, DRIVERS, EditCluster, Health, Location } from './schema'
import { clusterById, endExampleAt, newIdentity, refuseTaken, sealed } from './store'

const INSTALLATION = async () => ({ teamId: null, environmentId: null })

/**
 * Registers a cluster. The answer holds its identity token, shown this once: with it the cluster (in Kubernetes: its pods) fetches artifacts, and a local one
 * writes its own series. A cluster on another machine ends the example workspace for good; then the answer also holds the one-time link of whoever did it.
 */
export const addCluster = defineCommand({
  name: 'cluster.add',
  input: AddCluster,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, actor, input, now, audit }) {
    const { name, location, driver } = input
    if (!DRIVERS.includes(driver)) throw invalid('driver', `This engine has no driver for clusters of the kind ${driver} yet.`)
    await refuseTaken(tx, name)
    const { config, secret, address, detail } = newPlace(input)
    const credential = await sealed(secret)
    const identity = newIdentity()
    const id = newId()
    await tx.cluster.create({ data: { id, name, driver, location, config, identityHash: identity.hash, createdAt: now, ...credential } })
    const ended = await endExampleAt(tx, address, actor)
    audit({ kind: 'cluster', id, name, detail: { driver, location, ...detail, endedExample: ended !== null } })
    const command = identityCommand({ driver, config }, identity.token)
    return { id, name, identityToken: identity.token, command, exampleEnded: ended }
  },
})

/**
 * Changes a cluster's addresses, place or secret. Another address that secrets are sent to needs them with it. One on another machine ends the example
 * workspace, as adding such a cluster does. The address for callers is shown and never called: nothing of ours is sent there.
 */
export const editCluster = defineCommand({
  name: 'cluster.edit',
  input: EditCluster,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, actor, input, audit }) {
    const cluster = await clusterById(tx, input.clusterId)
    const { config, secret, address, detail } = editedPlace(cluster, input)
    const location = input.location ?? Location.parse(cluster.location)
    if (location !== cluster.location) await refuseMisplaced(tx, cluster.id, location)
    const credential = await sealed(secret)
    await tx.cluster.update({ where: { id: cluster.id }, data: { config, location, ...credential } })
    const ended = await endExampleAt(tx, address, actor)
    await announceEnvironments(tx, cluster.id)
    audit({ kind: 'cluster', id: cluster.id, name: cluster.name, detail: { location, ...detail, endedExample: ended !== null } })
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
    return { id: cluster.id, identityToken: identity.token, command: identityCommand(cluster, identity.token) }
  },
})

const ProbeAnswer = z.union([
  z.object({ ok: z.literal(true), version: z.string(), detail: z.string(), noMirror: z.string().nullish() }),
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
    const health = { ...Health.safeParse(cluster.observation).data, ...healthOf(said), at: now.toISOString() }
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
    const gone = {
      removedAt: now,
      name: `${cluster.name}~${cluster.id}`,
      identityHash: null,
      credential: null,
      credentialKey: null,
      witnessToken: null,
      witnessKey: null,
    }
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
