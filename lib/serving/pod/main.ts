// What a model pod runs: one version of an endpoint behind the cluster's gateway. Knows no database.
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { Pod } from './pod'
import { readServeArgs } from './settings'
import { lastWords, slipway } from './slipway'

async function main(): Promise<void> {
  const { SLIPWAY_DATA_DIR, HOST } = env()
  const args = readServeArgs(process.argv.slice(2))
  const pod = new Pod({ args, dataDir: SLIPWAY_DATA_DIR, host: HOST, slipway: slipway() })
  let stopping = false
  const stop = (why: string) => {
    if (stopping) return
    stopping = true
    log.info({ why }, 'model pod stops')
    void pod
      .stop()
      .catch((error) => log.error({ err: error }, 'the model pod did not stop well'))
      .finally(() => process.exit(0))
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  await pod.start()
  log.info({ port: pod.port, boot: pod.telemetry.boot }, 'model pod serves')
}

main().catch((error: unknown) => {
  lastWords(error)
  process.exit(1)
})
