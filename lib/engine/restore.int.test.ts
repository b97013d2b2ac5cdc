import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { closeDatabase, db } from '@/lib/db'
import { confirmRoute } from '@/lib/endpoints/takeover/commands'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { required } from '@/lib/env'
import { newId } from '@/lib/id'
import { Observer } from './observer'
import { allReadOnly } from './read-only'
import { RescueBook } from './rescue/book'
import { BookKeeper } from './rescue/keep'
import { RestoreCheck } from './restore-check'
import { LONG_MS, World } from './world.fixture'

const KEY = Buffer.alloc(32, 7).toString('base64url')
const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-restore-'))
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const name = () => new URL(required('DATABASE_URL')).pathname.slice(1)

async function asSuperuser(...statements: string[]): Promise<void> {
  await closeDatabase()
  const client = new pg.Client({ connectionString: `${inject('postgres').superuser}postgres` })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A backup of the test's database, and its restoration in place. */
const backUp = () => asSuperuser(`create database ${name()}_backup template ${name()} owner slipway_owner`)
const restore = () => asSuperuser(`drop database ${name()} with (force)`, `alter database ${name()}_backup rename to ${name()}`)

/** A world with version 2 promoted, and a second endpoint that nobody touches. */
async function beforeBackup(): Promise<{ world: World; quietId: string }> {
  await db().installation.upsert({ where: { id: 1 }, create: { id: 1, restoreMark: newId() }, update: {} })
  const world = await World.make({ seed: 72, steps: [2_500, 10_000] })
  const [modelId, quietId] = [newId(), newId()]
  await db().model.create({
    data: { id: modelId, teamId: world.teamId, slug: `quiet-${modelId.slice(-12)}`, name: 'Quiet', task: 'binary' },
  })
  await db().endpoint.create({ data: { id: quietId, modelId, environmentId: world.environmentId, wakeAt: new Date(world.nowMs) } })
  const first = await world.launch(2)
  expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
  return { world, quietId }
}

/** After the backup the world goes on to version 3; then the database is as it was before. */
async function goOnAndRestore(world: World): Promise<void> {
  await backUp()
  const second = await world.launch(3)
  expect(await world.until(second, ['promoted', 'returned'])).toBe('promoted')
  await restore()
  // The counts since then are lost with the database.
  world.reporting = false
  expect(await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })).toMatchObject({ liveVersionId: world.version(2) })
}

const weight = (world: World, version: number) => world.fake().weightOf(world.endpointId, world.version(version))

test(
  'an older database under newer clusters: nothing is written for any endpoint until what runs is confirmed',
  async () => {
    const { world, quietId } = await beforeBackup()
    await goOnAndRestore(world)
    const ports = world.ports()
    await new RestoreCheck(ports.clusters, new Observer(0), async () => world.nowMs).look()
    const admin = world.actor('admin')
    const waiting = await listTakeovers(admin)
    expect(waiting.map(({ endpointId, kind, may }) => [endpointId, kind, may]).sort()).toEqual(
      [world.endpointId, quietId].map((id) => [id, 'older-database', true]).sort(),
    )
    const taken = world.fake().taken.length
    await world.pass(35, { ports: () => world.ports() })
    expect(world.fake().taken.length).toBe(taken)
    expect(weight(world, 3)).toBe(10_000)

    expect(await confirmRoute(world.actor('engineer'), { endpointId: world.endpointId })).toMatchObject({
      ok: false,
      problem: { code: 'forbidden' },
    })
    expect(await confirmRoute(admin, { endpointId: world.endpointId })).toMatchObject({ ok: true })
    expect(await confirmRoute(world.actor('sre'), { endpointId: quietId })).toMatchObject({ ok: true, value: { rolloutId: null } })
    const low: number[] = []
    await world.pass(30, { ports: () => world.ports(), stop: async () => low.push(weight(world, 3)) > 25 })
    expect(Math.min(...low)).toBe(10_000)
    expect(await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })).toMatchObject({
      liveVersionId: world.version(3),
      readOnlySince: null,
    })
    expect(await listTakeovers(admin)).toEqual([])
  },
  LONG_MS,
)

test(
  'the rescue book tells an older database also while no cluster can be reached, and goes on knowing the later wishes',
  async () => {
    const { world } = await beforeBackup()
    const book = new RescueBook(folder, KEY)
    const keeper = () =>
      new BookKeeper(folder, KEY, async (ids) => allReadOnly(world.nowMs, `${ids.length} endpoints are older than the book.`))
    await backUp()
    const second = await world.launch(3)
    expect(await world.until(second, ['promoted', 'returned'])).toBe('promoted')
    await keeper().keep()
    await restore()
    world.fake().faults.unreachable = 'The cable is cut.'
    const told = () => db().audit.count({ where: { verb: 'installation.read-only' } })
    const before = await told()
    const again = keeper()
    await again.keep()
    expect(await listTakeovers(world.actor('sre'))).toMatchObject([{ kind: 'older-database' }, { kind: 'older-database' }])
    await again.keep()
    await keeper().keep()
    const entry = (await book.read()).entries.find((each) => each.endpointId === world.endpointId)
    expect(entry?.versions.map((version) => version.number)).toContain(3)
    expect(entry?.clusters[0].wish?.arms[0].number).toBe(3)
    expect((await told()) - before).toBe(1)
  },
  LONG_MS,
)
