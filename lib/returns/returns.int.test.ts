import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { World } from '@/lib/engine/world.fixture'
import { newId } from '@/lib/id'
import { compileReturn } from '@/lib/rollouts/plan'
import { planHash } from '@/lib/rollouts/plan-hash'
import { Policy } from '@/lib/rollouts/schema'
import { beginBulkReturn, returnInBulk, undoInBulk } from './commands'
import { getBulkReturn, previewReturns } from './queries'

const HOUR_MS = 3_600_000
let world: World

beforeEach(async () => {
  world = await World.make({ seed: 91 })
  world.reporting = false
})
afterEach(() => vi.restoreAllMocks())

/** One more endpoint of the world's team; `history`: which version was promoted how many hours ago, the last one is live. */
async function served(name: string, history: [version: number, hoursAgo: number][]): Promise<string> {
  const [modelId, endpointId] = [newId(), newId()]
  const slug = `${name}-${modelId.slice(-12)}`
  await db().model.create({ data: { id: modelId, teamId: world.teamId, slug, name: slug, task: 'binary' } })
  const versions = new Map<number, { id: string; number: number; digest: string }>()
  for (const number of new Set(history.map(([version]) => version))) {
    const version = { id: newId(), number, digest: newId().replaceAll('-', '').padEnd(64, '0') }
    versions.set(number, version)
    const rest = { bytes: 1n, format: 'onnx', signature: { inputs: [], outputs: [] }, status: 'ready', authorId: newId(), authorName: 'A' }
    await db().modelVersion.create({ data: { ...version, ...rest, modelId } })
  }
  const live = versions.get(history.at(-1)?.[0] ?? 0)
  const row = { id: endpointId, modelId, environmentId: world.environmentId, liveVersionId: live?.id, wakeAt: new Date(world.nowMs) }
  await db().endpoint.create({ data: row })
  for (const [number, hoursAgo] of history) await promoted(endpointId, slug, versions.get(number) ?? null, world.nowMs - hoursAgo * HOUR_MS)
  return endpointId
}

async function promoted(endpointId: string, model: string, to: { id: string; number: number; digest: string } | null, atMs: number) {
  const policy = Policy.parse({ approvals: 0, alias: null, steps: [10_000], gates: [], pace: {} })
  const plan = compileReturn({
    rolloutId: newId(),
    endpoint: { id: endpointId, model, environment: world.environment },
    ...{ from: null, to, policy, policyVersion: 1, replicas: 1, authors: [] },
    waves: world.clusterIds.map((clusterId) => ({ clusterId, cluster: 'c' })),
  })
  const hash = planHash(plan)
  await db().plan.create({ data: { hash, document: plan } })
  const at = new Date(atMs)
  const state = {
    phase: 'promoted',
    since: atMs,
    why: { cause: 'acknowledged' },
    watch: 'none',
    watchUntil: null,
    warmUntil: atMs,
    firstWeightAt: {},
  }
  const row = { id: plan.rolloutId, endpointId, planHash: hash, strategy: 'return', toVersionId: to?.id, phase: 'promoted', state }
  await db().rollout.create({ data: { ...row, authorId: newId(), authorName: 'A', createdAt: at, startedAt: at, endedAt: at } })
}

async function begin(at: string | null = null) {
  const rows = await previewReturns(world.actor('engineer'), { environment: world.environment, at: at ?? '' })
  const items = rows.flatMap(({ endpointId, to }) => (to === null ? [] : [{ endpointId, version: to }]))
  const result = await beginBulkReturn(world.actor('engineer'), { at, reason: 'night', items })
  if (!result.ok) throw new Error(result.problem.message)
  return { bulkId: result.value.id, items, rows }
}

const liveOf = async (endpointId: string) => {
  const row = await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } })
  return (await db().modelVersion.findUnique({ where: { id: row.liveVersionId ?? '' } }))?.number ?? null
}

test('the preview says from and to, what is cold, and why something cannot be returned; to the version before, and to a time', async () => {
  const two = await served('a-two', [
    [1, 9],
    [2, 1],
  ])
  const one = await served('b-one', [[1, 9]])
  const actor = world.actor('engineer')
  const before = await previewReturns(actor, { environment: world.environment })
  expect(before.find((row) => row.endpointId === two)).toMatchObject({ from: 2, to: 1, warm: false, seconds: null, may: true })
  expect(before.find((row) => row.endpointId === one)).toMatchObject({
    from: 1,
    to: null,
    says: expect.stringContaining('Nothing was promoted'),
  })
  const at = await previewReturns(actor, { environment: world.environment, at: new Date(world.nowMs - 2 * HOUR_MS).toISOString() })
  expect(at.find((row) => row.endpointId === two)).toMatchObject({ from: 2, to: 1 })
  expect(at.find((row) => row.endpointId === one)).toMatchObject({ from: 1, to: null, says: 'Live already.' })
  const earlier = await previewReturns(actor, { environment: world.environment, at: new Date(world.nowMs - 10 * HOUR_MS).toISOString() })
  expect(earlier.find((row) => row.endpointId === two)).toMatchObject({ to: null, says: 'No version was live here then.' })
  expect(await previewReturns({ ...actor, grants: [] }, { environment: world.environment })).toEqual([])
})

test('each endpoint is returned by its own act under one id, twice is once, and all arrive', async () => {
  const ids = [
    await served('a', [
      [1, 9],
      [2, 1],
    ]),
    await served('b', [
      [3, 9],
      [4, 1],
      [5, 0.5],
    ]),
  ]
  await world.pass(3)
  const { bulkId, items } = await begin()
  expect(items.map((item) => item.version)).toEqual([1, 4])
  const engineer = world.actor('engineer')
  for (const { endpointId } of items) {
    const first = await returnInBulk(engineer, { bulkId, endpointId })
    expect(await returnInBulk(engineer, { bulkId, endpointId })).toEqual(first)
  }
  await world.pass(10)
  expect(await Promise.all(ids.map(liveOf))).toEqual([1, 4])
  expect((await getBulkReturn(engineer, bulkId)).items.map((item) => [item.state, item.undoable])).toEqual([
    ['done', true],
    ['done', true],
  ])
  const rows = await db().audit.findMany({ where: { verb: 'bulk-return.return', actorId: engineer.id } })
  expect(rows.every((row) => (row.detail as { bulkId: string }).bulkId === bulkId)).toBe(true)
  expect(await db().rollout.count({ where: { endpointId: { in: ids }, authorId: engineer.id } })).toBe(2)
})

test('undo brings back what was live before, and leaves alone what somebody touched since', async () => {
  const ids = [
    await served('a', [
      [1, 9],
      [2, 1],
    ]),
    await served('b', [
      [3, 9],
      [4, 1],
    ]),
  ]
  await world.pass(3)
  const { bulkId, items } = await begin()
  const engineer = world.actor('engineer')
  for (const { endpointId } of items) await returnInBulk(engineer, { bulkId, endpointId })
  await world.pass(10)
  const again = await beginBulkReturn(engineer, { items: [{ endpointId: ids[1], version: 4 }] })
  if (!again.ok) throw new Error(again.problem.message)
  await returnInBulk(engineer, { bulkId: again.value.id, endpointId: ids[1] })
  await world.pass(10)
  for (const { endpointId } of items) await undoInBulk(engineer, { bulkId, endpointId })
  await world.pass(10)
  expect(await Promise.all(ids.map(liveOf))).toEqual([2, 4])
  const { items: after, undoneAt } = await getBulkReturn(engineer, bulkId)
  expect(after.map((item) => item.undo)).toMatchObject([{ refused: null }, { rolloutId: null, refused: 'Somebody changed it since.' }])
  expect(undoneAt).not.toBeNull()
})

test('under way, the version before is the live one: the rollout is stopped', async () => {
  const id = await world.launch(2)
  await world.pass(3)
  const { bulkId, items, rows } = await begin()
  expect(rows).toMatchObject([{ endpointId: world.endpointId, from: 1, to: 1, says: 'Ends the rollout to v2.' }])
  await returnInBulk(world.actor('sre'), { bulkId, endpointId: items[0].endpointId })
  await world.pass(5)
  expect(await world.phase(id)).toBe('aborted')
  expect((await getBulkReturn(world.actor('sre'), bulkId)).items).toMatchObject([{ state: 'done', undoable: false }])
})

test('an endpoint of another team cannot be slipped in, and one that changed since the preview is refused', async () => {
  const mine = await served('mine', [
    [1, 9],
    [2, 1],
  ])
  const stranger = { ...world.actor('engineer'), grants: [{ role: 'engineer' as const, teamId: newId(), environmentId: null }] }
  expect(await beginBulkReturn(stranger, { items: [{ endpointId: mine, version: 1 }] })).toMatchObject({
    ok: false,
    problem: { code: 'not-found' },
  })
  const { bulkId } = await begin()
  await db().endpoint.update({
    where: { id: mine },
    data: { liveVersionId: (await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })).liveVersionId },
  })
  expect(await returnInBulk(world.actor('engineer'), { bulkId, endpointId: mine })).toMatchObject({
    ok: true,
    value: { rolloutId: null, refused: expect.stringContaining('look again') },
  })
})
