import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setInterval as every } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { closeDatabase } from '@/lib/db'
import { required } from '@/lib/env'
import { prepareDatabase, prepareRoles } from '@/scripts/database.mjs'
import { freePort } from '@/scripts/free-port.mjs'
import { until } from '@/scripts/house/wait'
import { EmbeddedPostgres } from '@/scripts/postgres.mjs'
import { EngineProcess } from './engine/engines'
import { LagRecord } from './engine/lag'
import { runWorker } from './engine/worker'
import { World } from './engine/world'
import type { Result } from './result'

const SIZES = [10, 100, 1_000]
const SETTLE_S = 45
const MEASURE_S = 60
const AIMS = { lagMs: 2_000, costRatio: 1.5, restartSeconds: 15, standbySeconds: 30 }
/** Recovery is measured at this many rollouts. */
const RECOVERED_AT = 100

// This file is also what it forks: an engine, and the part that needs DATABASE_URL from its beginning.
if (process.argv[2] === 'worker' && process.send) runWorker()
if (process.argv[2] === 'measure' && process.send) process.send(await measureAll(required('DATABASE_URL')))

/** Live rollouts on the fake driver, one engine process and one PostgreSQL: how late turns begin, what one costs, and how long a killed engine is missed. */
export async function run(): Promise<Result[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  chmodSync(folder, 0o755)
  const server = new EmbeddedPostgres({ folder: path.join(folder, 'postgres'), port: await freePort() })
  try {
    server.create('bench')
    server.start()
    const superuser = server.url('postgres', 'bench', 'postgres')
    await prepareRoles(superuser, { owner: 'bench', app: 'bench' })
    await prepareDatabase(superuser, 'slipway')
    const ownerUrl = server.url('slipway_owner', 'bench', 'slipway')
    execFileSync(process.execPath, ['scripts/prisma.mjs', 'migrate', 'deploy'], { env: { ...process.env, DATABASE_URL: ownerUrl } })
    return await inProcess(ownerUrl, server.url('slipway_app', 'bench', 'slipway'))
  } finally {
    server.stop()
    rmSync(folder, { recursive: true, force: true })
    rmSync(server.folder, { recursive: true, force: true })
  }
}

async function inProcess(ownerUrl: string, appUrl: string): Promise<Result[]> {
  const { PATH } = process.env
  const env = { PATH, DATABASE_URL: appUrl, NODE_ENV: 'production' as const, SLIPWAY_LOG_LEVEL: 'error' }
  const child = fork(fileURLToPath(import.meta.url), ['measure', ownerUrl], { env, execArgv: [] })
  const ended = once(child, 'exit')
  const [results] = (await Promise.race([once(child, 'message'), ended.then(([code]) => [`ended with ${code}`])])) as [Result[] | string]
  child.kill()
  await ended
  if (typeof results === 'string') throw new Error(`The measuring process ${results}.`)
  return results
}

async function measureAll(appUrl: string): Promise<Result[]> {
  const ownerUrl = process.argv[3]
  const world = new World()
  await world.make()
  const lag = new LagRecord(ownerUrl)
  await lag.install()
  const stop = new AbortController()
  const traffic = flushing(world, stop.signal)
  const start = () => EngineProcess.start(world.fakes, appUrl)
  let engine = start()
  try {
    const results: Result[] = []
    const costs: number[] = []
    let had = 0
    for (const size of SIZES) {
      await world.grow(size)
      await until({ what: 'every live version has traffic', seconds: 120 }, async () => world.fake.held.size === size)
      // Stable's requests that a first frame rests on.
      for (let back = 6; back > 0; back -= 1) await world.flush(Date.now() - back * 5_000)
      await world.launch(had)
      had = size
      const { turns, cost, p50, p99 } = await measure(engine, lag)
      costs.push(cost)
      const ok = size === SIZES.at(-1) ? { aim: `<= ${AIMS.lagMs}`, ok: p99 <= AIMS.lagMs } : {}
      results.push(
        { name: `${size} live rollouts: a due turn begins late by, p99`, value: p99, unit: 'ms', ...ok },
        { name: `${size} live rollouts: a due turn begins late by, p50`, value: p50, unit: 'ms' },
        { name: `${size} live rollouts: turns`, value: turns / MEASURE_S, unit: 'a second' },
        { name: `${size} live rollouts: engine CPU of a turn`, value: 1_000 * cost, unit: 'ms' },
      )
      if (size !== RECOVERED_AT) continue
      const alone = await recovery(lag, async () => {
        await engine.end('SIGKILL')
        engine = start()
      })
      const standby = start()
      await lag.forget()
      await until({ what: 'both engines take turns', seconds: 60 }, async () => (await lag.engines()) === 2)
      const second = await recovery(lag, () => engine.end('SIGKILL'))
      engine = standby
      results.push(
        recovered('engine killed (-9) and started again: every endpoint looked at again after', alone, AIMS.restartSeconds),
        recovered('engine killed (-9) beside a standby: every endpoint looked at again after', second, AIMS.standbySeconds),
      )
    }
    const ratio = costs[costs.length - 1] / Math.min(...costs.slice(0, -1))
    const aim = { aim: `<= ${AIMS.costRatio}`, ok: ratio <= AIMS.costRatio }
    return [...results, { name: 'cost of a turn at 1,000 beside the cheaper of 10 and 100', value: ratio, unit: 'x', ...aim }]
  } finally {
    stop.abort()
    await engine.end('SIGTERM')
    await traffic
    await lag.close()
    await closeDatabase()
  }
}

function recovered(name: string, seconds: number, aim: number): Result {
  return { name, value: seconds, unit: 's', aim: `<= ${aim}`, ok: seconds <= aim }
}

/** Reports what gateways would, at the end of each slot, until told to stop. */
async function flushing(world: World, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of every(5_000, null, { signal })) await world.flush(Date.now())
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function measure(engine: EngineProcess, lag: LagRecord): Promise<{ turns: number; cost: number; p50: number; p99: number }> {
  await seconds(SETTLE_S)
  await lag.forget()
  const before = await engine.cpuSeconds()
  await seconds(MEASURE_S)
  const { turns, p50, p99 } = await lag.read()
  return { turns, p50, p99, cost: ((await engine.cpuSeconds()) - before) / Math.max(1, turns) }
}

async function seconds(n: number): Promise<void> {
  const since = performance.now()
  await until({ what: `${n} s have passed`, seconds: n + 5 }, async () => performance.now() - since >= n * 1_000)
}

/** Seconds from what `kill` did until no endpoint is held by the dead engine and none waits for more than 2 s. */
async function recovery(lag: LagRecord, kill: () => Promise<void>): Promise<number> {
  const at = new Date()
  await kill()
  const since = performance.now()
  await until({ what: 'every endpoint is looked at again', seconds: 120 }, async () => (await lag.waiting(2_000, at)) === 0)
  return (performance.now() - since) / 1_000
}
