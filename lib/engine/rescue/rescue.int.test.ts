import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { fakeDriver } from '@/lib/drivers/fake'
import { adoptRoute, restoreRoute } from '@/lib/endpoints/takeover/commands'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { env } from '@/lib/env'
import { newId } from '@/lib/id'
import { LONG_MS, World } from '../world.fixture'
import { noteAct } from './act'
import { type BookEntry, RescueBook } from './book'
import { chooseVersion } from './choose'
import { BookKeeper } from './keep'
import { nextNumbers, sight, write } from './perform'

const KEY = Buffer.alloc(32, 7).toString('base64url')
let folder: string
let book: RescueBook
let older: string[][]
let keeper: BookKeeper

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-rescue-'))
  book = new RescueBook(folder, KEY)
  older = []
  keeper = new BookKeeper(folder, KEY, async (ids) => void older.push([...ids]))
  await db().installation.upsert({ where: { id: 1 }, create: { id: 1, restoreMark: newId() }, update: {} })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

async function entryOf(world: World): Promise<BookEntry> {
  const found = (await book.read()).entries.find((entry) => entry.endpointId === world.endpointId)
  if (!found) throw new Error('The endpoint is not in the book.')
  return found
}

/** What the command line does once it is told the endpoint: observe, choose, note who it was, write. */
async function rescue(world: World, to: number | null): Promise<void> {
  const entry = await entryOf(world)
  const driver = fakeDriver(world.fakes)
  const { reached } = await sight(book, entry, () => driver)
  const version = chooseVersion(
    entry,
    reached.map((each) => each.observed),
    to,
  )
  if (!version.ok) throw new Error(version.says)
  const numbers = nextNumbers(entry, reached)
  const act = {
    endpointId: world.endpointId,
    fence: numbers.fence,
    at: world.nowMs,
    user: 'ada',
    host: 'engine-1',
    version: version.value.number,
  }
  await noteAct(env().SLIPWAY_DATA_DIR, act)
  const written = await write(entry, reached, version.value, numbers)
  expect(written.map(({ result }) => result.ok)).toEqual(reached.map(() => true))
}

const weight = (world: World, version: number) => world.fake().weightOf(world.endpointId, world.version(version))

test('the book is sealed, for its owner alone, holds no secret in the open, and another key cannot read it', async () => {
  const world = await World.make({ seed: 61 })
  await db().cluster.updateMany({
    where: { id: { in: world.clusterIds } },
    data: { credential: Buffer.from('canary-credential'), credentialKey: 'k' },
  })
  await keeper.keep()
  const files = readdirSync(book.folder)
  expect(files).toContain(`${world.endpointId}.json`)
  for (const name of files) {
    const file = path.join(book.folder, name)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toMatch(/canary|model-|env-/)
  }
  const other = await new RescueBook(folder, Buffer.alloc(32, 8).toString('base64url')).read()
  expect(other.entries).toEqual([])
  expect(other.problems[0]).toContain('was sealed with key')
})

test(
  'a rescue of a live rollout is not written over, says who it was, and adopted it ends the rollout as a person’s act',
  async () => {
    const world = await World.make({ seed: 62, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    await world.pass(8)
    await keeper.keep()
    expect(weight(world, 2)).toBe(2_500)
    await rescue(world, null)
    expect([weight(world, 1), weight(world, 2)]).toEqual([10_000, 0])
    const taken = world.fake().taken.length
    await world.pass(35)
    expect(world.fake().taken.length).toBe(taken)
    const sre = world.actor('sre')
    expect(await listTakeovers(sre, world.endpointId)).toMatchObject([
      { kind: 'rescue', by: 'ada', host: 'engine-1', routed: 1, may: true },
    ])
    expect(await adoptRoute(sre, { endpointId: world.endpointId, reason: 'as it should be' })).toMatchObject({
      ok: true,
      value: { rolloutId: id },
    })
    expect(await world.until(id, ['aborted', 'returned', 'promoted'], 30)).toBe('aborted')
    expect([weight(world, 1), weight(world, 2)]).toEqual([10_000, 0])
    expect(await listTakeovers(sre, world.endpointId)).toEqual([])
    const row = await db().audit.findFirstOrThrow({ where: { verb: 'endpoint.adopt', targetId: world.endpointId } })
    expect(row).toMatchObject({ actorId: sre.id, detail: { kind: 'rescue', by: 'ada', host: 'engine-1', version: 1 } })
  },
  LONG_MS,
)

test(
  'a rescue to an earlier version becomes the live one when it is adopted, and traffic does not go back to the bad one on the way',
  async () => {
    const world = await World.make({ seed: 63, steps: [2_500, 10_000], pace: { warmth: 0 } })
    const first = await world.launch(2)
    expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
    const again = await world.launch(3)
    expect(await world.until(again, ['promoted', 'returned'])).toBe('promoted')
    await keeper.keep()
    await rescue(world, 2)
    await world.pass(5)
    expect(weight(world, 2)).toBe(10_000)
    const result = await adoptRoute(world.actor('sre'), { endpointId: world.endpointId })
    if (!result.ok || !result.value.rolloutId) throw new Error(JSON.stringify(result))
    const shares: number[] = []
    await world.pass(30, {
      stop: async () => {
        shares.push(weight(world, 3))
        return (await world.phase(result.value.rolloutId ?? '')) === 'promoted'
      },
    })
    expect(Math.max(...shares)).toBe(0)
    expect(await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })).toMatchObject({
      liveVersionId: world.version(2),
      readOnlySince: null,
    })
  },
  LONG_MS,
)

test(
  'restored, ours is written again with a later fence, also where no rollout is live',
  async () => {
    const world = await World.make({ seed: 64, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    const next = await world.launch(3)
    expect(await world.until(next, ['promoted', 'returned'])).toBe('promoted')
    await keeper.keep()
    await rescue(world, null)
    await world.pass(5)
    expect(weight(world, 2)).toBe(10_000)
    expect(await restoreRoute(world.actor('sre'), { endpointId: world.endpointId })).toMatchObject({ ok: true })
    await world.pass(5)
    expect(weight(world, 3)).toBe(10_000)
    expect(await listTakeovers(world.actor('sre'), world.endpointId)).toEqual([])
  },
  LONG_MS,
)

test('what was never promoted here is not adopted: it would pass by the approvals', async () => {
  const world = await World.make({ seed: 65, approvals: 1, steps: [2_500, 10_000] })
  const held = world.fake().held.get(world.endpointId)
  if (!held) throw new Error('The endpoint is not on the cluster.')
  const arms = [{ ...held.wish.arms[0], versionId: world.version(3), number: 3, digest: '3'.repeat(64) }]
  world.fake().intrude({ ...held.wish, arms, fence: held.wish.fence + 5, generation: held.wish.generation + 1 })
  await world.pass(35)
  const [seen] = await listTakeovers(world.actor('sre'), world.endpointId)
  expect(seen).toMatchObject({ kind: 'writer', routed: 3 })
  expect(await adoptRoute(world.actor('sre'), { endpointId: world.endpointId })).toMatchObject({ ok: false, problem: { code: 'conflict' } })
})

test('the book follows the database, and does not take its own installation’s present for its past', async () => {
  const world = await World.make({ seed: 66, steps: [2_500, 10_000] })
  await keeper.keep()
  const before = await entryOf(world)
  await world.launch(2)
  await world.pass(5)
  await keeper.keep()
  const after = await entryOf(world)
  expect(after.generation).toBeGreaterThan(before.generation)
  expect(after.clusters[0].wish?.arms.map((arm) => arm.number)).toEqual([1, 2])
  expect(older).toEqual([])
})
