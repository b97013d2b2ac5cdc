import type { Server } from 'node:http'
import { closeDatabase, db } from '@/lib/db'
import { driverOf } from '@/lib/drivers/registry'
import { env, required } from '@/lib/env'
import { listen } from '@/lib/events'
import { newId } from '@/lib/id'
import { log } from '@/lib/log'
import { keyIdOf } from '@/lib/seal'
import { engineAnswers } from './answers'
import { postgresClock } from './clock'
import { Engine } from './engine'
import { beat, farewell, HEARTBEAT_MS } from './heartbeat'
import { serveInternal } from './internal'
import { HEAVY_KINDS, houseKinds, trafficKinds, watchKinds } from './job-kinds'
import { type JobKinds, runDueJob, seedJobs } from './jobs'
import { type Loop, startLoop } from './loop'
import { noticeKinds } from './notices'
import { type ClusterPorts, Observer } from './observer'
import { allReadOnly } from './read-only'
import { BookKeeper, KEEP_EVERY_MS } from './rescue/keep'
import { RestoreCheck } from './restore-check'

/** One observation of a cluster serves all its endpoints for this long. */
const OBSERVED_MS = 400
const JOBS_IDLE_MS = 1_000
/** Silent for longer than this counts as gone. */
const SILENT_MS = 10_000

const owner = newId()
const ports: ClusterPorts = { driver: driverOf, sealingKey: env().SLIPWAY_SEALING_KEY ?? null }
const sealingKey = ports.sealingKey === null ? null : keyIdOf(ports.sealingKey)
const alive = { id: owner, kind: 'engine' as const, startedAt: new Date(), detail: { sealingKey } }

/** An error of a loop is told once per kind of trouble, not twice a second for as long as the database is away. */
function quietly(what: string): (error: unknown) => void {
  let last = ''
  return (error) => {
    const message = error instanceof Error ? error.message : String(error)
    if (message !== last) log.error({ err: error }, `${what} failed; it is tried again`)
    last = message
  }
}

function jobLoop(kinds: JobKinds, what: string): Loop {
  let seeded = false
  return startLoop(
    async () => {
      if (!seeded) await seedJobs(db(), kinds, await postgresClock.now())
      seeded = true
      return runDueJob(db(), postgresClock, owner, kinds)
    },
    quietly(what),
    JOBS_IDLE_MS,
  )
}

/** What the engine's own row in the database says of it, for a probe: one that cannot write there moves nothing. */
class Heartbeat {
  #last = Number.NEGATIVE_INFINITY

  readonly round = async (): Promise<boolean> => {
    await beat(db(), alive)
    this.#last = performance.now()
    return false
  }

  readonly unready = (): string | null =>
    performance.now() - this.#last <= SILENT_MS ? null : `It could not write to the database for ${SILENT_MS / 1_000} s; its log says why.`
}

function openInternal(heartbeat: Heartbeat): Promise<Server> {
  const { SLIPWAY_ENGINE_URL, SLIPWAY_ENGINE_HOST } = env()
  const url = new URL(SLIPWAY_ENGINE_URL)
  return serveInternal({
    host: SLIPWAY_ENGINE_HOST ?? url.hostname,
    port: Number(url.port),
    token: required('SLIPWAY_ENGINE_TOKEN'),
    answers: engineAnswers(ports),
    unready: heartbeat.unready,
    tlsDir: url.protocol === 'https:' ? required('SLIPWAY_ENGINE_TLS_DIR') : null,
  })
}

/** The rescue book, and the two ways in which a database that was restored from a backup shows. */
function keepsBook(observer: Observer): () => Promise<void> {
  const check = new RestoreCheck(ports, observer, postgresClock.now)
  const keeper =
    ports.sealingKey === null
      ? null
      : new BookKeeper(env().SLIPWAY_DATA_DIR, ports.sealingKey, async (older) =>
          allReadOnly(await postgresClock.now(), `The rescue book knows later states of ${older.length} endpoints than this database.`),
        )
  let running: Promise<void> | null = null
  const unkept = quietly('rescue book')
  const once = async () => {
    // A data folder that cannot be written must not keep the engine from its work.
    await keeper?.keep().catch(unkept)
    await check.look()
  }
  return () => {
    running ??= once().finally(() => {
      running = null
    })
    return running
  }
}

async function main(): Promise<void> {
  let wake: () => void = () => undefined
  const observer = new Observer(OBSERVED_MS)
  const engine = new Engine({ owner, clock: postgresClock, clusters: ports, observer, desks: new Map() }, () => wake())
  const book = keepsBook(observer)
  const heartbeat = new Heartbeat()
  let looked = false
  const loops = [
    startLoop(async () => {
      // Nothing is written before it is known that the database is not older than what runs.
      if (!looked) await book()
      looked = true
      return engine.round()
    }, quietly('round')),
    startLoop(async () => book().then(() => false), quietly('rescue book'), KEEP_EVERY_MS),
    jobLoop(watchKinds(ports, observer), 'cluster watch'),
    jobLoop(houseKinds(ports), 'periodic work'),
    jobLoop(HEAVY_KINDS, 'check run'),
    jobLoop(noticeKinds(ports), 'notifications'),
    jobLoop(trafficKinds(ports), 'counted traffic'),
    startLoop(heartbeat.round, quietly('heartbeat'), HEARTBEAT_MS),
  ]
  wake = () => loops[0].wake()
  const stopListening = listen('slipway_wake', wake)
  const server = await openInternal(heartbeat)
  log.info({ engine: owner, at: server.address() }, 'engine runs')
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'engine stops after its turns')
    server.close()
    server.closeAllConnections()
    await Promise.all([stopListening(), ...loops.map((loop) => loop.stop())])
    await engine.settled()
    await farewell(db(), owner).catch((error) => log.warn({ err: error }, 'the heartbeat row stays'))
    await closeDatabase()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void stop(signal))
}

main().catch((error) => {
  log.fatal({ err: error }, 'engine cannot start')
  process.exit(1)
})
