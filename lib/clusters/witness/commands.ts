import { defineCommand } from '@/lib/command'
import { sealedText } from '@/lib/environments/sealed'
import { invalid } from '@/lib/errors'
import { Prisma } from '@/lib/generated/prisma/client'
import { clusterTargets } from '@/lib/outbound/cluster-targets'
import { checkTarget } from '@/lib/outbound/guard'
import { ClusterId } from '../schema'
import { clusterById, endExampleAt } from '../store'
import { bindToken, NameWitness, StoredWitness } from './schema'

const INSTALLATION = async () => ({ teamId: null, environmentId: null })

/** Names the Prometheus that counts a Kubernetes cluster's gateway. Another address needs its token again; one on another machine ends the example workspace. */
export const nameWitness = defineCommand({
  name: 'cluster.witness',
  input: NameWitness,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, actor, input, audit }) {
    const { preset, address, token } = input
    const cluster = await clusterById(tx, input.clusterId)
    if (cluster.driver !== 'kubernetes')
      throw invalid('clusterId', 'Only a Kubernetes cluster has a gateway of somebody else: this one counts by itself.')
    const refusal = checkTarget(address, clusterTargets())
    if (refusal) throw invalid('address', refusal)
    const before = StoredWitness.safeParse(cluster.witness).data
    const moved = before !== undefined && before.address !== address
    // Whoever may edit a cluster need not know its secret, and must not learn it by naming an address of their own.
    if (token === undefined && cluster.witnessToken && moved)
      throw invalid('token', `Give it again: the stored token is shown to ${before.address} only.`)
    const sealed = token ? await sealedText('token', bindToken(address, token)) : null
    const secret = token === undefined ? {} : { witnessToken: sealed?.bytes ?? null, witnessKey: sealed?.keyId ?? null }
    const witness: StoredWitness = { preset, address }
    await tx.cluster.update({ where: { id: cluster.id }, data: { witness, ...secret } })
    const ended = await endExampleAt(tx, address, actor)
    audit({
      kind: 'cluster',
      id: cluster.id,
      name: cluster.name,
      detail: { ...witness, newToken: sealed !== null, endedExample: ended !== null },
    })
    return { id: cluster.id, exampleEnded: ended }
  },
})

/** Asks no Prometheus any more; its token is deleted. */
export const dropWitness = defineCommand({
  name: 'cluster.witness-drop',
  input: ClusterId,
  permission: 'cluster:manage',
  scope: INSTALLATION,
  async run({ tx, input, audit }) {
    const cluster = await clusterById(tx, input.clusterId)
    await tx.cluster.update({ where: { id: cluster.id }, data: { witness: Prisma.DbNull, witnessToken: null, witnessKey: null } })
    audit({ kind: 'cluster', id: cluster.id, name: cluster.name })
    return { id: cluster.id }
  },
})
