import { setInterval as every } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { closeDatabase, db } from '@/lib/db'
import { wakeEndpoint } from '@/lib/events'
import { until } from '@/scripts/house/wait'
import type { Access } from '@/tools/k8s/api'
import { engineWhile, type Turn, turnsOf } from './clusters/engine'
import { withApiServer } from './clusters/ground'
import { Passage } from './clusters/passage'
import { type Return, returnsOf } from './clusters/returns'
import { type Peopled, World } from './clusters/world'
import { inProcess, measured, withDatabase } from './database'
import type { Result } from './result'

const AIMS = { calls: 4, turnMs: 100, holeRatio: 1.1, writtenMs: 1_000 }
/** The cluster that holds as many endpoints as all others together. */
const LARGE = 'large'
/** Endpoints are woken one after another, this often, ms: ten turns a second. */
const WAKE_EVERY_MS = 100
/** How often the cluster is there, and gone. */
const ROUNDS = 3
const READY_S = 900
/** Longer than a turn of a black-holed cluster takes. */
const SETTLE_MS = 8_000

interface Size {
  /** On the large cluster. */
  endpoints: number
  /** How many clusters, and how many endpoints each of them has. */
  clusters: number
  each: number
  returns: number
  /** Of each round with and without the black hole. */
  seconds: number
}

interface Input extends Size {
  access: Access
}

// This file is also what it forks: the engine, with DATABASE_URL from its beginning.
await measured(measureAll)

/**
 * An engine before a real kube-apiserver: what a quiet turn costs with `--endpoints` (100) on one cluster, how soon a return is written, by `--returns` (40), and what
 * one black-holed cluster of `--clusters` (20) with `--each` (5) endpoints does to the turns of the others, by rounds of `--seconds` (40) side by side.
 */
export async function run(args: string[]): Promise<Result[]> {
  const size = sizeOf(args)
  const namespaces = [LARGE, ...Array.from({ length: size.clusters }, (_, i) => `small-${i + 1}`)]
  return withApiServer(namespaces, (access) =>
    withDatabase(({ appUrl }) => inProcess(import.meta.url, appUrl, { ...size, access } satisfies Input)),
  )
}

function sizeOf(args: string[]): Size {
  const defaults = { endpoints: '100', clusters: '20', each: '5', returns: '40', seconds: '40' }
  const options = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, { type: 'string' as const, default: value }]))
  const { values } = parseArgs({ args, options })
  const read = (name: keyof Size) => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1`)
    return value
  }
  const size = {
    endpoints: read('endpoints'),
    clusters: read('clusters'),
    each: read('each'),
    returns: read('returns'),
    seconds: read('seconds'),
  }
  if (size.clusters < 2 || size.seconds < 10 || size.returns > size.endpoints)
    throw new Error('--clusters takes a number from 2, --seconds from 10, --returns at most as many as --endpoints')
  return size
}

async function measureAll({ access, ...size }: Input): Promise<Result[]> {
  const world = new World()
  const port = Number(new URL(access.url).port)
  const passage = await Passage.open(port)
  try {
    const large = await world.add(access, port, LARGE, size.endpoints)
    const small: Peopled[] = []
    for (let i = 1; i <= size.clusters; i += 1)
      small.push(await world.add(access, i === size.clusters ? passage.port : port, `small-${i}`, size.each))
    const returns = await engineWhile(
      world.sealingKey,
      () => undefined,
      async () => {
        await until({ what: 'every endpoint is routed', seconds: READY_S }, async () => (await world.behind()) === 0)
        return returnsOf(access, large, size.returns)
      },
    )
    const quiet = await turnsOf(world.sealingKey, large.endpoints)
    const isolated = await isolation(world, small, passage, size.seconds)
    return [...quietLines(quiet, size.endpoints), ...returnLines(returns), ...isolationLines(isolated, size)]
  } finally {
    passage.close()
    await closeDatabase()
  }
}

/** Turns of the clusters that are there, ms: while the last one is there too, and while it is a black hole. */
interface Isolation {
  with: number[]
  without: number[]
}

/** Both are measured in turns, so that what else the machine does falls on both alike. */
async function isolation(world: World, clusters: readonly Peopled[], passage: Passage, seconds: number): Promise<Isolation> {
  const found: Isolation = { with: [], without: [] }
  const endpoints = clusters.flatMap((cluster) => cluster.endpoints.map(({ id }) => id))
  const holed = new Set(clusters.at(-1)?.endpoints.map(({ id }) => id))
  let into: number[] = []
  let longest = 0
  const onTurn = (id: string, ms: number) => {
    if (holed.has(id)) longest = Math.max(longest, ms)
    else into.push(ms)
  }
  await engineWhile(world.sealingKey, onTurn, async () => {
    for (let round = 0; round < 2 * ROUNDS; round += 1) {
      const gone = round % 2 === 1
      if (gone) passage.block()
      else passage.unblock()
      // What was under way belongs to neither.
      into = []
      await waking(endpoints, SETTLE_MS)
      into = gone ? found.without : found.with
      longest = 0
      await waking(endpoints, seconds * 1_000)
      if (gone !== longest >= 4_000)
        throw new Error(`The cluster was to be ${gone ? 'gone' : 'there'}, and its longest turn took ${longest} ms.`)
      console.error(`round ${round + 1} of ${2 * ROUNDS}: ${into.length} turns so far`)
    }
    into = []
  })
  return found
}

/** Wakes one endpoint after another for so long. */
async function waking(endpoints: readonly string[], ms: number): Promise<void> {
  const end = performance.now() + ms
  let next = 0
  for await (const _ of every(WAKE_EVERY_MS)) {
    if (performance.now() >= end) return
    await wakeEndpoint(db(), endpoints[next % endpoints.length])
    next += 1
  }
}

function quietLines(turns: readonly Turn[], endpoints: number): Result[] {
  const calls = Math.max(...turns.map((turn) => turn.calls))
  const p95 = quantile(
    turns.map(({ ms }) => ms),
    0.95,
  )
  const told = `${endpoints} endpoints on its cluster, n = ${turns.length}`
  return [
    { name: `API calls of a quiet turn, the most, ${told}`, value: calls, unit: '', aim: `<= ${AIMS.calls}`, ok: calls <= AIMS.calls },
    {
      name: 'calls of quiet turns that wrote',
      value: turns.reduce((sum, { writes }) => sum + writes, 0),
      unit: '',
      aim: '0',
      ok: turns.every(({ writes }) => writes === 0),
    },
    { name: `time of a quiet turn, p95, ${told}`, value: p95, unit: 'ms', aim: `<= ${AIMS.turnMs} ms`, ok: p95 <= AIMS.turnMs },
  ]
}

function returnLines(returns: readonly Return[]): Result[] {
  const of = (from: keyof Return, q: number) =>
    quantile(
      returns.map((each) => each[from]),
      q,
    )
  const p95 = of('decided', 0.95)
  const n = `n = ${returns.length}`
  return [
    { name: `return: decision to route written, p50, ${n}`, value: of('decided', 0.5), unit: 'ms' },
    {
      name: `return: decision to route written, p95, ${n}`,
      value: p95,
      unit: 'ms',
      aim: `<= ${AIMS.writtenMs} ms`,
      ok: p95 <= AIMS.writtenMs,
    },
    { name: `return: click to route written, p95, ${n}`, value: of('clicked', 0.95), unit: 'ms' },
  ]
}

function isolationLines({ with: there, without: gone }: Isolation, { clusters, each }: Size): Result[] {
  const [calm, cut] = [quantile(there, 0.95), quantile(gone, 0.95)]
  const ratio = cut / calm
  const told = `${clusters - 1} clusters with ${each} endpoints each`
  return [
    { name: `time of a turn, p95, ${told}, one more is there, n = ${there.length}`, value: calm, unit: 'ms' },
    { name: `time of a turn, p95, ${told}, one more is a black hole, n = ${gone.length}`, value: cut, unit: 'ms' },
    { name: 'the second beside the first', value: ratio, unit: 'x', aim: `<= ${AIMS.holeRatio}`, ok: ratio <= AIMS.holeRatio },
  ]
}

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * q) - 1)] ?? Number.NaN
}
