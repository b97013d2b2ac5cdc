import { createHash } from 'node:crypto'
import { z } from 'zod'
import { db } from '@/lib/db'
import { env, NamedCluster, required } from '@/lib/env'
import { newId } from '@/lib/id'
import { seal } from '@/lib/seal'

/**
 * Registers the local cluster's named clusters, with this installation's ports and keys: their credentials are sealed anew where the data folder's
 * keys have changed. A name that starts with "on-prem" stands for a cluster on-prem, any other for one in a cloud.
 */
export async function prepareClusters(): Promise<void> {
  for (const cluster of z.array(NamedCluster).parse(JSON.parse(env().SLIPWAY_CLUSTERS))) {
    const { bytes, keyId } = seal(cluster.adminToken, required('SLIPWAY_SEALING_KEY'))
    const facts = {
      config: { adminUrl: `http://127.0.0.1:${env().SLIPWAY_ADMIN_PORT}`, publicUrl: `http://127.0.0.1:${cluster.gatewayPort}` },
      credential: new Uint8Array(bytes),
      credentialKey: keyId,
      identityHash: createHash('sha256').update(cluster.identityToken).digest('hex'),
    }
    await db().cluster.upsert({
      where: { name: cluster.name, driver: 'local' },
      create: {
        id: newId(),
        name: cluster.name,
        driver: 'local',
        location: cluster.name.startsWith('on-prem') ? 'on-prem' : 'cloud',
        ...facts,
      },
      update: facts,
    })
  }
}
