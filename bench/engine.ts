import { setInterval as every } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { closeDatabase } from '@/lib/db'
import { required } from '@/lib/env'
import { until } from '@/scripts/house/wait'
import { inProcess, measured, withDatabase } from './database'
import { EngineProcess } from './engine/engines'
import { LagRecord } from './engine/lag'
import { runWorker } from './engine/worker'
import { World } from './engine/world'
import type { Result } from './result'

const SETTLE_S = 45
const MEASURE_S = 60
const AIMS = { lagMs: 2_000, costRatio: 1.5, restartSeconds: 15, standbySeconds: 30 }
/** Recovery is measured at the largest size up to this many rollouts. */
const RECOVERED_AT = 100

// This file is also what it forks: an engine, and the part that needs DATABASE_URL from its beginning.
if (process.argv[2] === 'worker' && process.send) runWorker()
await measured(measureAll)

interface Input {
  ownerUrl: string
  /** How many rollouts are live, one after another. */
  sizes: number[]
}

/**
 * Live rollouts on the fake driver, one engine process and one PostgreSQL: how late turns begin, what one costs, and how long a killed engine is missed. `--rollouts`
 * (10,100,1000): how many are live, growing.
 */
export async function run(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({ args, options: { rollouts: { type: 'string', default: '10,100,1000' } } })
  const sizes = values.rollouts.split(',').map(Number)
  const grows = sizes.every((size, i) => Number.isInteger(size) && size > (sizes[i - 1] ?? 0))
  if (!grows || sizes.length < 2 || sizes[0] > RECOVERED_AT)
    throw new Error(`--rollouts is "${values.rollouts}": give two or more whole numbers that grow, the first at most ${RECOVERED_AT}`)
  return withDatabase(({ ownerUrl, appUrl }) => inProcess(import.meta.url, appUrl, { ownerUrl, sizes } satisfies Input))
}

async function measureAll({ ownerUrl, sizes }: Input): Promise<Result[]> {
  const appUrl = required('DATABASE_URL')
  const largest = Math.max(...sizes)
  const recoveredAt = Math.max(...sizes.filter((size) => size <= RECOVERED_AT))
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
    for (const size of sizes) {
      await world.grow(size)
      await until({ what: 'every live version has traffic', seconds: 120 }, async () => world.fake.held.size === size)
      // Stable's requests that a first frame rests on.
      for (let back = 6; back > 0; back -= 1) await world.flush(Date.now() - back * 5_000)
      await world.launch(had)
      had = size
      const { turns, cost, p50, p99 } = await measure(engine, lag)
      costs.push(cost)
      const ok = size === largest ? { aim: `<= ${AIMS.lagMs}`, ok: p99 <= AIMS.lagMs } : {}
      results.push(
        { name: `${size} live rollouts: a due turn begins late by, p99`, value: p99, unit: 'ms', ...ok },
        { name: `${size} live rollouts: a due turn begins late by, p50`, value: p50, unit: 'ms' },
        { name: `${size} live rollouts: turns`, value: turns / MEASURE_S, unit: 'a second' },
        { name: `${size} live rollouts: engine CPU of a turn`, value: 1_000 * cost, unit: 'ms' },
      )
      if (size !== recoveredAt) continue
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
    return [...results, { name: `cost of a turn at ${largest} beside the cheapest below`, value: ratio, unit: 'x', ...aim }]
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

/** Reports what gateways would, every 2 s, until told to stop. */
async function flushing(world: World, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of every(2_000, null, { signal })) await world.flush(Date.now())
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

/** Seconds from what `kill` did until every endpoint has been claimed again. */
async function recovery(lag: LagRecord, kill: () => Promise<void>): Promise<number> {
  await kill()
  const at = new Date()
  await until({ what: 'every endpoint is looked at again', seconds: 120 }, async () => (await lag.unclaimed(at)) === 0)
  return (Date.now() - at.getTime()) / 1_000
}
