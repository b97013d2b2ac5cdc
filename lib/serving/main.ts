// The local cluster: gateways and the model servers that they fork, for every named cluster of this process. Knows no database.
import { z } from 'zod'
import { env, NamedCluster } from '@/lib/env'
import { log } from '@/lib/log'
import { AdminApi } from './admin'
import { Cluster } from './cluster'

const VERSION = '0.1.0'

async function main(): Promise<void> {
  const { SLIPWAY_ADMIN_PORT, SLIPWAY_CLUSTERS, SLIPWAY_DATA_DIR, SLIPWAY_URL } = env()
  const named = z.array(NamedCluster).parse(JSON.parse(SLIPWAY_CLUSTERS))
  const options = { dataDir: SLIPWAY_DATA_DIR, url: SLIPWAY_URL, version: VERSION }
  const clusters = new Map(named.map((one) => [one.name, new Cluster(one, options)]))
  const admin = new AdminApi(clusters)
  let stopping = false
  const stop = (why: string) => {
    if (stopping) return
    stopping = true
    log.info({ why }, 'local cluster stops')
    admin.close()
    void Promise.all([...clusters.values()].map((cluster) => cluster.stop()))
      .catch((error) => log.error({ err: error }, 'the local cluster did not stop well'))
      .finally(() => process.exit(0))
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  // Whoever started this process is gone: so is this process.
  process.on('disconnect', () => stop('the parent is gone'))
  await Promise.all([...clusters.values()].map((cluster) => cluster.start()))
  await admin.listen(SLIPWAY_ADMIN_PORT)
  log.info(
    { adminPort: SLIPWAY_ADMIN_PORT, clusters: named.map(({ name, gatewayPort }) => ({ name, gatewayPort })) },
    'local cluster serves',
  )
}

main().catch((error) => {
  log.fatal({ err: error }, 'the local cluster could not start')
  process.exitCode = 1
  setImmediate(() => process.exit(1))
})
