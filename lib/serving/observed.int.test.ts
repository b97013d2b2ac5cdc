import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY_BUCKETS } from '@/lib/monitoring/flush'
import { Harness } from './testing/harness'
import { until } from './testing/until'
import { arm, ROW, wish } from './testing/wish'

let it: Harness
beforeAll(async () => {
  it = await Harness.open()
})
afterAll(() => it.close())

const names = ['hour', 'day', 'miles', 'origin', 'dest', 'origin1h', 'dest1h', 'departures']
const baseline = (order = names) => ({ id: randomUUID(), features: order.map((name) => ({ name, edges: [] })), score: null })
const observe = {
  key: 'rollout-1',
  features: [
    { name: 'miles', edges: [500, 1_000] },
    { name: 'hour', edges: [12] },
  ],
  segments: [
    { id: 1, name: 'short', feature: 'miles', to: 500, minRequests: 100 },
    { id: 2, name: 'vip', minRequests: 100 },
    { id: 3, name: 'long', feature: 'miles', from: 1_000, minRequests: 100 },
  ],
}

function body(hour: number, miles: number): string {
  const data = [hour, 1, miles, ...ROW.slice(3)]
  return JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 8], data }] })
}

test('what a rollout declares is counted with each request: bins and segments, from its body or its header, for the arm that got it', async () => {
  const arms = [
    arm(it.digests.live, { weight: 5_000, baseline: baseline() }),
    arm(it.digests.better, { role: 'candidate', number: 2, weight: 5_000, baseline: baseline() }),
  ]
  const served = await it.apply(wish(arms, { model: 'observed', observe }))
  const answered = new Map<string, { requests: number; short: number; vip: number; morning: number }>()
  const own = () => it.web.windows().filter((row) => row.endpointId === served.endpointId)
  for (let i = 0; i < 120; i += 1) {
    const [hour, miles, vip] = [i % 3 === 0 ? 8 : 15, i % 2 === 0 ? 300 : 700, i % 6 === 1]
    const response = await it.infer(served, body(hour, miles), vip ? { 'x-slipway-segment': 'vip' } : {})
    expect(response.status).toBe(200)
    expect(response.headers.get('x-slipway-observed')).toBeNull()
    await response.text()
    const version = response.headers.get('x-model-version') ?? ''
    const seen = answered.get(version) ?? { requests: 0, short: 0, vip: 0, morning: 0 }
    seen.requests += 1
    if (vip) seen.vip += 1
    if (miles === 300) seen.short += 1
    if (hour === 8) seen.morning += 1
    answered.set(version, seen)
  }
  await it.cluster.flusher.flush()
  for (const [i, number] of ['1', '2'].entries()) {
    const { requests, short, vip, morning } = answered.get(number) ?? { requests: 0, short: 0, vip: 0, morning: 0 }
    expect(requests).toBeGreaterThan(20)
    const rows = own().filter((row) => row.versionId === arms[i].versionId)
    const of = (segment: number) => rows.filter((row) => row.segment === segment).reduce((sum, row) => sum + row.n, 0)
    expect([of(0), of(1), of(2), of(3)]).toEqual([requests, short, vip, 0])
    const bins = Array.from({ length: 7 }, (_, bin) => rows.reduce((sum, row) => sum + (row.bins?.[bin] ?? 0), 0))
    expect(bins).toEqual([0, short, requests - short, 0, 0, morning, requests - morning])
  }
  const kept = it.web.flushes.flatMap((flush) => flush.predictions).filter((row) => row.endpointId === served.endpointId)
  expect(kept.filter((row) => row.segment === 2)).toHaveLength(20)
})

test('features are found by name, so that a version with another order of them is counted alike', async () => {
  const turned = [...names].reverse()
  const served = await it.apply(
    wish([arm(it.digests.live, { baseline: baseline(turned) })], { model: 'turned', observe: { ...observe, key: 'turned' } }),
  )
  // The body's third column is `origin1h` by this baseline, its sixth is `miles`.
  await (await it.infer(served, body(3, 800))).text()
  await it.cluster.flusher.flush()
  const [row] = it.web.windows().filter((each) => each.endpointId === served.endpointId && each.segment === 0)
  expect(row.bins?.slice(0, 4)).toEqual([0, 1, 0, 0])
})

test('a running server is told when a rollout begins and ends, without a restart', async () => {
  const plain = wish([arm(it.digests.live, { baseline: baseline() })], { model: 'later' })
  await it.apply(plain)
  const before = [...it.processes(plain).values()]
  const sum = () => it.web.windows().filter((row) => row.endpointId === plain.endpointId)
  await (await it.infer(plain, body(8, 300))).text()
  await it.cluster.flusher.flush()
  expect(sum().every((row) => row.bins === undefined && row.segment === 0)).toBe(true)
  const during = await it.apply({ ...plain, generation: 2, fence: 2, observe })
  await until(async () => {
    await (await it.infer(during, body(8, 300))).text()
    await it.cluster.flusher.flush()
    return sum().some((row) => row.generation === 2 && row.segment === 1 && row.bins === undefined)
  })
  const after = await it.apply({ ...plain, generation: 3, fence: 3 })
  await (await it.infer(after, body(8, 300))).text()
  await it.cluster.flusher.flush()
  expect(sum().filter((row) => row.generation === 3)).toMatchObject([{ segment: 0, n: 1 }])
  expect([...it.processes(plain).values()]).toEqual(before)
})

test('requests with a routing key are counted by its bucket, good and bad, the same key always in the same one', async () => {
  const served = await it.apply(wish([arm(it.digests.live)], { model: 'keyed' }))
  for (let i = 0; i < 60; i += 1) await (await it.infer(served, body(8, 300), { 'x-slipway-key': `user-${i % 20}` })).text()
  await (await it.infer(served, body(8, 300))).text()
  await it.cluster.flusher.flush()
  const rows = it.web.windows().filter((row) => row.endpointId === served.endpointId)
  const buckets = Array.from({ length: 2 * KEY_BUCKETS }, (_, i) => rows.reduce((sum, row) => sum + (row.keys?.[i] ?? 0), 0))
  expect(buckets.slice(0, KEY_BUCKETS).reduce((a, b) => a + b)).toBe(60)
  expect(buckets.slice(0, KEY_BUCKETS).every((count) => count % 3 === 0)).toBe(true)
  expect(buckets.slice(0, KEY_BUCKETS).filter((count) => count > 0).length).toBeGreaterThan(8)
  expect(buckets.slice(KEY_BUCKETS).every((count) => count === 0)).toBe(true)
  expect(rows.reduce((sum, row) => sum + row.n, 0)).toBe(61)
})
