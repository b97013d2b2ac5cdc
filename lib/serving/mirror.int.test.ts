import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { unitHash } from './hash'
import { Harness } from './testing/harness'
import { Load } from './testing/load'
import { until } from './testing/until'
import { arm, inferBody, wish } from './testing/wish'

let it: Harness
beforeAll(async () => {
  it = await Harness.open()
})
afterAll(() => it.close())

/** All traffic on the live version, and copies of `share` of it to the candidate. Every prediction is kept for its label. */
async function mirrored(model: string, share: number): Promise<Wish> {
  const arms = [arm(it.digests.live), arm(it.digests.better, { role: 'candidate', number: 2, weight: 0 })]
  const served = await it.apply(wish(arms, { model, mirror: { versionId: arms[1].versionId, share } }))
  await until(() => it.observed(served).arms[1].ready === 1)
  return served
}

/** So many requests, one after another: which version answered each, and the slowest in ms. */
async function ask(served: Wish, count: number) {
  const versions = new Map<string, number>()
  const ids: string[] = []
  let slowest = 0
  for (let i = 0; i < count; i += 1) {
    const start = performance.now()
    const response = await it.infer(served, inferBody(), { authorization: 'Bearer mine', 'x-slipway-key': `user-${i}` })
    await response.text()
    slowest = Math.max(slowest, performance.now() - start)
    const version = `${response.status} v${response.headers.get('x-model-version')}`
    versions.set(version, (versions.get(version) ?? 0) + 1)
    ids.push(response.headers.get('x-request-id') ?? '')
  }
  return { versions, ids, slowest }
}

const rows = (served: Wish, role: string) => it.web.windows().filter((row) => row.endpointId === served.endpointId && row.role === role)
const sum = (served: Wish, role: string, field: 'n' | 'bad' | 'shed') => rows(served, role).reduce((total, row) => total + row[field], 0)

/** Waits until every copy has ended, and was counted in one way or the other. */
async function copied(served: Wish, total: number): Promise<void> {
  await until(async () => {
    await it.cluster.flusher.flush()
    return sum(served, 'shadow', 'n') + sum(served, 'shadow', 'shed') === total
  })
}

function candidatePid(served: Wish): number {
  return it.processes(served).get(it.observed(served).arms[1].replicas[0].id) ?? 0
}

test('every live request is copied to the candidate, every caller gets the live answer, and copies count as shadow of their generation only', async () => {
  const served = await mirrored('all', 10_000)
  // Never more at once than have a place, however slow the machine is.
  for (const sent of [8, 16, 24, 32, 40]) {
    expect((await ask(served, 8)).versions).toEqual(new Map([['200 v1', 8]]))
    await copied(served, sent)
  }
  expect(rows(served, 'shadow').every((row) => row.versionId === served.arms[1].versionId && row.generation === 1)).toBe(true)
  expect([sum(served, 'shadow', 'n'), sum(served, 'shadow', 'bad'), sum(served, 'shadow', 'shed')]).toEqual([40, 0, 0])
  expect(rows(served, 'shadow').every((row) => row.keys === undefined && row.bins === undefined && row.latency.length > 0)).toBe(true)
  expect([sum(served, 'live', 'n'), sum(served, 'candidate', 'n')]).toEqual([40, 0])
  const own = it.web.flushes.flatMap((flush) => [...flush.predictions, ...flush.samples])
  expect(own.filter((row) => row.endpointId === served.endpointId && row.role !== 'live')).toEqual([])
})

test('a share copies the requests whose ids fall into it, and none after the wish has lost it; pinned ones are never copied', async () => {
  const served = await mirrored('share', 3_000)
  const { ids } = await ask(served, 60)
  await (await it.infer(served, inferBody(), { 'x-slipway-arm': 'live' })).text()
  const due = ids.filter((id) => unitHash('mirror', id) < 0.3).length
  expect(due).toBeGreaterThan(0)
  await copied(served, due)
  const { mirror: _mirror, ...without } = served
  await it.apply({ ...without, generation: 2, fence: 2 })
  await ask(served, 20)
  await copied(served, due)
})

test('a candidate that hangs neither slows nor fails a caller: eight copies wait on its replica, the others are dropped and counted as shed', async () => {
  const served = await mirrored('hangs', 10_000)
  const pid = candidatePid(served)
  process.kill(pid, 'SIGSTOP')
  const { versions, slowest } = await ask(served, 30)
  expect(versions).toEqual(new Map([['200 v1', 30]]))
  expect(slowest).toBeLessThan(4_000)
  await it.cluster.flusher.flush()
  expect([sum(served, 'shadow', 'n'), sum(served, 'shadow', 'shed')]).toEqual([0, 22])
  // After its own time each counts as bad, and frees its place.
  await until(async () => {
    await it.cluster.flusher.flush()
    return sum(served, 'shadow', 'bad') === 8
  })
  expect(it.observed(served).arms[1]).toMatchObject({ ready: 1, replicas: [{ state: 'ready', restarts: 0 }] })
  process.kill(pid, 'SIGCONT')
  await ask(served, 1)
  await copied(served, 31)
  expect(sum(served, 'shadow', 'bad')).toBe(8)
})

test('a candidate that dies under load fails no caller, and is charged with its copies alone', async () => {
  const served = await mirrored('dies', 10_000)
  const load = new Load(it.url, `/${served.environment}/v2/models/${served.model}/infer`, 4)
  await until(() => load.seen.answers > 50)
  process.kill(candidatePid(served), 'SIGKILL')
  await until(() => it.observed(served).arms[1].replicas[0].restarts === 1 && it.observed(served).arms[1].ready === 1)
  const seen = await load.stop()
  expect([seen.broken, [...seen.statuses.keys()], [...seen.versions.keys()]]).toEqual([0, [200], ['1']])
  await copied(served, seen.answers)
  expect([sum(served, 'live', 'n'), sum(served, 'live', 'bad')]).toEqual([seen.answers, 0])
})
