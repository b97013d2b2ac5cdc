import pg from 'pg'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { log } from '@/lib/log'
import { checkAll } from '@/lib/rollouts/replay/check'
import { testDatabase } from '@/prisma/test-database'
import { LONG_MS, World } from './world.fixture'

// A database that answers but takes nothing: read-only (a standby, a guard against a full disk), or full.

const { url, ownerUrl } = testDatabase()
afterEach(async () => {
  vi.restoreAllMocks()
  await readOnly(false)
})

const SHORT = { steps: [2_500, 10_000], requestsPerSecond: 100 }

async function as(address: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Every session from now on may only read; those that there are end. */
async function readOnly(on: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await as(
    `${inject('postgres').superuser}postgres`,
    `alter database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}' and usename = 'slipway_app'`,
  )
}

const GROWING = ['ledger', 'telemetry.evidence', 'telemetry.label_evidence', 'audit']

/** Tables that only grow take no row more, as on a full disk. */
async function full(on: boolean): Promise<void> {
  const refuse = `create or replace function disk_full() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`
  const each = GROWING.map((table) =>
    on
      ? `create trigger disk_full before insert on ${table} for each row execute function disk_full()`
      : `drop trigger disk_full on ${table}`,
  )
  await as(ownerUrl, refuse, ...each)
}

/** What is decided, counted and wished, and what the cluster was told and routes by. */
async function standing(world: World, id: string) {
  const { phase, state, revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
  const place = await db().endpointCluster.findFirstOrThrow({ where: { endpointId: world.endpointId } })
  const endpoint = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
  const [{ evidence }] = await db().$queryRaw<
    [{ evidence: bigint }]
  >`select count(*) as evidence from telemetry.evidence where rollout = ${id}::uuid`
  return {
    decided: { phase, state, revision, ledger: await db().ledger.count({ where: { rolloutId: id } }), evidence },
    wished: { wish: place.wish, generation: place.generation, live: endpoint.liveVersionId, revision: endpoint.revision },
    told: world.fake().taken.length,
    routed: [1, 2].map((version) => world.fake().weightOf(world.endpointId, world.version(version))),
  }
}

/** A quarter of the traffic is on version 2. */
async function quarter(world: World): Promise<string> {
  const id = await world.launch(2)
  await world.pass(30, { stop: async () => world.fake().weightOf(world.endpointId, world.version(2)) === 2_500 })
  await world.pass(5)
  return id
}

async function expectWhole(id: string): Promise<void> {
  const said: string[] = []
  expect(await checkAll([id], (line) => said.push(line)), said.join('\n')).toBe(true)
}

test.each([
  ['before a turn', null],
  ['while a turn thinks', 'thought'],
])(
  'a database that becomes read-only %s takes nothing: each round says so, nothing is decided, the cluster keeps its last wish, and the rollout goes on when it writes again',
  async (_when, during) => {
    const failed = vi.spyOn(log, 'error')
    const world = await World.make({ seed: 101, ...SHORT })
    const id = await quarter(world)
    const before = await standing(world, id)
    let armed = during !== null
    const engine = world.ports({
      async onEffect(effect) {
        if (!armed || effect !== during) return
        armed = false
        await readOnly(true)
      },
    })
    if (during === null) await readOnly(true)
    else await world.pass(5, { ports: () => engine, stop: async () => !armed })
    if (during !== null) expect(failed.mock.calls).toMatchObject([[{ endpoint: world.endpointId }, 'turn failed']])
    for (let second = 0; second < 30; second += 1) {
      world.nowMs += 1_000
      await expect(world.runEngine(engine)).rejects.toThrow(/read-only transaction/)
    }
    expect(await standing(world, id)).toEqual(before)
    await readOnly(false)
    expect(await world.until(id, ['promoted', 'returned'], 300, () => engine)).toBe('promoted')
    await expectWhole(id)
  },
  LONG_MS,
)

test(
  'while the disk of the database is full a bad candidate keeps its weight and the engine says why; once there is room its evidence is counted and it is returned',
  async () => {
    const failed = vi.spyOn(log, 'error')
    const behaviour = { bad: 0.005 }
    const world = await World.make({
      seed: 102,
      ...SHORT,
      steps: [2_500, 5_000, 10_000],
      versions: { 2: behaviour },
      pace: { minDwell: 60 },
    })
    const id = await quarter(world)
    await full(true)
    behaviour.bad = 0.3
    const before = await standing(world, id)
    await world.pass(40)
    expect(await standing(world, id)).toEqual(before)
    expect(failed.mock.calls.length).toBeGreaterThan(1)
    for (const [fields, message] of failed.mock.calls) {
      expect([(fields as { endpoint: string }).endpoint, message]).toEqual([world.endpointId, 'turn failed'])
      expect(String((fields as { err: Error }).err)).toContain('No space left on device')
    }
    await full(false)
    expect(await world.until(id, ['promoted', 'returned'], 30)).toBe('returned')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
    await expectWhole(id)
  },
  LONG_MS,
)
