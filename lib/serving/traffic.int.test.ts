import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { unitHash } from './hash'
import { Harness } from './testing/harness'
import { Load } from './testing/load'
import { until } from './testing/until'
import { arm, inferBody, wish } from './testing/wish'

const PATH = (of: Wish) => `/${of.environment}/v2/models/${of.model}/infer`
let it: Harness

beforeAll(async () => {
  it = await Harness.open()
})
afterAll(() => it.close())

function two(model: string, weight: number, replicas = 1): Wish {
  return wish(
    [
      arm(it.digests.live, { weight: 10_000 - weight, replicas }),
      arm(it.digests.better, { role: 'candidate', number: 2, weight, replicas }),
    ],
    { model },
  )
}

/** The same wish with another candidate weight, as the next generation. */
function weighted(of: Wish, weight: number): Wish {
  const [live, candidate] = of.arms
  const next = of.generation + 1
  return {
    ...of,
    generation: next,
    fence: next,
    arms: [
      { ...live, weight: 10_000 - weight },
      { ...candidate, weight },
    ],
  }
}

const of = (endpoint: Wish, number?: number) => (row: { endpointId: string; versionId: string }) =>
  row.endpointId === endpoint.endpointId && (number === undefined || row.versionId === endpoint.arms[number].versionId)

test('30 weight changes under load drop nothing, and what is counted is what the client saw, version by version', async () => {
  let current = await it.apply(two('changes', 500))
  const load = new Load(it.url, PATH(current))
  for (let i = 0; i < 30; i += 1) {
    await until(() => load.seen.answers > (i + 1) * 40)
    current = await it.apply(weighted(current, (i * 700) % 10_001))
  }
  const seen = await load.stop()
  expect(seen.broken).toBe(0)
  expect([...seen.statuses.keys()]).toEqual([200])
  await it.cluster.flusher.flush()
  expect(it.web.sum((row) => row.n, of(current, 0))).toBe(seen.versions.get('1'))
  expect(it.web.sum((row) => row.n, of(current, 1))).toBe(seen.versions.get('2'))
  expect(it.web.sum((row) => row.bad + row.shed + row.aborted + row.clientErrors, of(current))).toBe(0)
  expect(it.web.sum((row) => row.latency.reduce((sum, [, count]) => sum + count, 0), of(current))).toBe(seen.answers)
  expect(
    new Set(
      it.web
        .windows()
        .filter(of(current))
        .map((row) => row.generation),
    ).size,
  ).toBeGreaterThan(20)
})

test('kill -9 of a replica under load drops nothing: another one of the same version answers, and no request falls to another version', async () => {
  const served = await it.apply(two('replicas', 5_000, 2))
  await until(() => it.observed(served).arms.every((one) => one.ready === 2))
  const load = new Load(it.url, PATH(served))
  for (let kill = 1; kill <= 2; kill += 1) {
    await until(() => load.seen.answers > kill * 200)
    const [victim] = it.processes(served).values()
    process.kill(victim, 'SIGKILL')
    await until(() => ![...it.processes(served).values()].includes(victim) && it.observed(served).arms.every((one) => one.ready === 2))
  }
  const seen = await load.stop()
  expect(seen.broken).toBe(0)
  expect([...seen.statuses.keys()]).toEqual([200])
  await it.cluster.flusher.flush()
  expect(it.web.sum((row) => row.n, of(served))).toBe(seen.answers)
  expect(it.web.sum((row) => row.fallback, of(served))).toBe(0)
  const logs = it.cluster.logs(served.endpointId, 500) ?? []
  expect(logs.filter((line) => line.text.includes('SIGKILL'))).toHaveLength(2)
})

test('when the only replica of an arm is killed, the other arm answers, and the assigned one is charged with a fallback', async () => {
  const served = await it.apply(two('fallback', 5_000))
  const load = new Load(it.url, PATH(served))
  await until(() => load.seen.answers > 200)
  const victim = it.observed(served).arms[1].replicas[0].id
  process.kill(it.processes(served).get(victim) ?? 0, 'SIGKILL')
  await until(() => it.observed(served).arms[1].replicas[0].restarts === 1 && it.observed(served).arms[1].ready === 1)
  const seen = await load.stop()
  expect(seen.broken).toBe(0)
  expect([...seen.statuses.keys()]).toEqual([200])
  await it.cluster.flusher.flush()
  const fallback = it.web.sum((row) => row.fallback, of(served, 1))
  expect(fallback).toBeGreaterThan(0)
  expect(it.web.sum((row) => row.n, of(served, 1)) - fallback).toBe(seen.versions.get('2'))
  expect(it.web.sum((row) => row.n, of(served))).toBe(seen.answers)
  expect(it.web.sum((row) => row.bad, of(served, 0))).toBe(0)
  expect(it.observed(served).arms[1]).toMatchObject({ weight: 5_000, replicas: [{ lastExit: { signal: 'SIGKILL' } }] })
})

test('pinned requests, 4xx and given-up requests are counted apart', async () => {
  const served = await it.apply(two('apart', 5_000))
  const slow = await it.apply(wish([arm(it.digests.slow)], { model: 'slow' }))
  await (await it.infer(served, inferBody(), { 'x-slipway-arm': 'candidate' })).text()
  await (await it.infer(served, '{}')).text()
  const given = new AbortController()
  const call = fetch(`${it.url}${PATH(slow)}`, { method: 'POST', body: inferBody(60), signal: given.signal })
  setTimeout(() => given.abort(), 100)
  await expect(call).rejects.toThrow()
  await until(async () => {
    await it.cluster.flusher.flush()
    return it.web.sum((row) => row.aborted, of(slow)) === 1
  })
  expect(
    it.web
      .windows()
      .filter(of(served))
      .map(({ role, n, clientErrors }) => ({ role, n, clientErrors })),
  ).toEqual(
    expect.arrayContaining([
      { role: 'pinned', n: 1, clientErrors: 0 },
      { role: expect.stringMatching(/live|candidate/), n: 0, clientErrors: 1 },
    ]),
  )
  expect(it.web.sum((row) => row.n, of(slow))).toBe(0)
})

test('more requests than a version can take are shed with 429 and counted apart; the others are answered', async () => {
  const served = await it.apply(wish([arm(it.digests.live)], { model: 'shed' }))
  const [server] = it.processes(served).values()
  process.kill(server, 'SIGSTOP')
  let shed = 0
  const answers = Array.from({ length: 200 }, async () => {
    const { status } = await it.infer(served, inferBody())
    if (status === 429) shed += 1
    return status
  })
  await until(() => shed === 200 - 32 - 128)
  process.kill(server, 'SIGCONT')
  expect((await Promise.all(answers)).filter((status) => status === 200)).toHaveLength(160)
  await it.cluster.flusher.flush()
  expect(it.web.sum((row) => row.shed, of(served))).toBe(40)
  expect(it.web.sum((row) => row.n, of(served))).toBe(160)
})

test('keyed requests are split by the weights, and a key keeps its arm when the weight rises', async () => {
  const served = await it.apply(two('split', 3_000))
  const one = async (key: number) =>
    (await it.infer(served, inferBody(), { 'x-slipway-key': `user-${key}` })).headers.get('x-model-version')
  const keys = Array.from({ length: 300 }, (_, i) => i)
  const ask = async () => {
    const versions: (string | null)[] = []
    for (let i = 0; i < keys.length; i += 20) versions.push(...(await Promise.all(keys.slice(i, i + 20).map(one))))
    return versions
  }
  const first = await ask()
  expect(await ask()).toEqual(first)
  // The salt is fixed: this is the share of these very keys.
  expect(first.filter((version) => version === '2')).toHaveLength(keys.filter((key) => unitHash('salt', `user-${key}`) < 0.3).length)
  await it.apply(weighted(served, 6_000))
  const second = await ask()
  expect(first.every((version, i) => version === '1' || second[i] === '2')).toBe(true)
})
