import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { LAST_BUCKET } from '@/lib/analysis/sketch'
import { timeOfId } from '@/lib/id'
import { Harness } from './testing/harness'
import { until } from './testing/until'
import { arm, inferBody, wish } from './testing/wish'

let it: Harness
afterEach(() => it.close())

const baseline = {
  id: randomUUID(),
  features: Array.from({ length: 8 }, (_, i) => ({ name: `f${i}`, edges: [0, 10] })),
  score: { name: 'score', edges: [0.5] },
}

test('the watermark moves on without traffic, is never ahead of the time, and ends final', async () => {
  it = await Harness.open()
  await until(() => it.web.flushes.length >= 3)
  await it.cluster.stop()
  const marks = it.web.flushes.map((flush) => flush.watermark)
  expect(marks).toEqual([...marks].sort((a, b) => a - b))
  // As its cluster knows the time, which is by less than half of its first answer's way ahead: both are this machine's.
  const { offsetMs } = it.cluster.clock
  expect(offsetMs ?? 0).toBeLessThan(1_000)
  expect(marks.at(-1)).toBeLessThanOrEqual(it.web.now + Math.max(0, offsetMs ?? 0) + 1)
  expect(it.web.flushes.map((flush) => flush.final)).toEqual([...marks.slice(1).map(() => false), true])
  expect(it.web.flushes.every((flush) => flush.windows.length === 0)).toBe(true)
})

test.each([600_000, -600_000])(
  'a clock %i ms off is corrected before anything is counted: slots and request ids are in the right time',
  async (aheadMs) => {
    it = await Harness.open({ prepare: (web) => (web.aheadMs = aheadMs) })
    const served = await it.apply(wish([arm(it.digests.live)]))
    const id = (await it.infer(served, inferBody())).headers.get('x-request-id') ?? ''
    expect(Math.abs(timeOfId(id) - it.web.now)).toBeLessThan(2_000)
    await it.cluster.flusher.flush()
    expect(it.web.sum((row) => row.n)).toBe(1)
    expect(Math.abs(it.web.windows()[0].slot - it.web.now)).toBeLessThan(10_000)
    expect(Math.abs((it.cluster.state().offsetMs ?? 0) - aheadMs)).toBeLessThan(2_000)
  },
)

test('what was counted by a wrong clock, before the web first answered, is moved to the right time', async () => {
  it = await Harness.open({
    prepare: (web) => {
      web.aheadMs = -600_000
      web.flushesDown = true
    },
  })
  const served = wish([arm(it.digests.live, { baseline })])
  await it.apply(served)
  await (await it.infer(served, inferBody())).text()
  await it.cluster.flusher.flush()
  expect(it.cluster.state()).toMatchObject({ offsetMs: null, telemetry: { state: 'web down' } })
  it.web.flushesDown = false
  await until(async () => {
    await it.cluster.flusher.flush()
    return it.web.flushes.some((flush) => flush.features.length > 0)
  })
  expect(it.web.sum((row) => row.n)).toBe(1)
  expect(Math.abs(it.web.windows()[0].slot - it.web.now)).toBeLessThan(15_000)
  expect(it.web.flushes.flatMap((flush) => flush.features).every((row) => row.minute <= it.web.now)).toBe(true)
})

test('what is counted while the web is down arrives when it is back, once, in the right slots', async () => {
  it = await Harness.open()
  const served = await it.apply(wish([arm(it.digests.live)]))
  it.web.down = true
  for (let i = 0; i < 25; i += 1) await (await it.infer(served, inferBody())).text()
  await it.cluster.flusher.flush()
  expect(it.cluster.state().telemetry).toMatchObject({ state: 'web down', reason: 'down' })
  expect(it.cluster.state().telemetry.spoolBytes).toBeGreaterThan(0)
  it.web.down = false
  await it.cluster.flusher.flush()
  await it.cluster.flusher.flush()
  expect(it.web.sum((row) => row.n)).toBe(25)
  expect(new Set(it.web.flushes.flatMap((flush) => flush.predictions.map((row) => row.id))).size).toBe(25)
  expect(it.cluster.state().telemetry).toMatchObject({ state: 'sending', spoolBytes: 0, reason: null })
})

test('predictions are kept at the label rate by request id, with score and decision; features and score are binned whole', async () => {
  it = await Harness.open()
  const served = await it.apply(wish([arm(it.digests.live, { baseline, threshold: 0 })], { labelRate: 0.5 }))
  const ids: string[] = []
  for (let i = 0; i < 100; i += 1) ids.push((await it.infer(served, inferBody())).headers.get('x-request-id') ?? '')
  await (await it.infer(served, inferBody(3))).text()
  await it.cluster.stop()
  const kept = it.web.flushes.flatMap((flush) => flush.predictions)
  expect(kept.length).toBeGreaterThan(20)
  expect(kept.length).toBeLessThan(80)
  expect(kept.every((row) => ids.includes(row.id) && row.positive && row.score !== null && row.role === 'live')).toBe(true)
  const last = new Map(it.web.flushes.flatMap((flush) => flush.features.map((row) => [`${row.minute}/${row.feature}`, row])))
  const counted = [...last.values()].reduce((sum, row) => sum + row.counts.reduce((a, b) => a + b, 0), 0)
  expect(counted).toBe(103 * 9)
  expect([...last.values()].every((row) => row.baselineId === baseline.id && row.counts.length === (row.feature === -1 ? 3 : 4))).toBe(true)
  expect(it.web.flushes.some((flush) => flush.samples.some((row) => row.features?.length === 8))).toBe(true)
})

test('a request that takes too long is a 504, is not tried again, and counts as bad and slower than every threshold', async () => {
  it = await Harness.open({ limits: { bodyBytes: 1_000_000, timeoutMs: 400 } })
  const served = await it.apply(wish([arm(it.digests.live, { replicas: 2 })]))
  const servers = [...it.processes(served).values()]
  for (const pid of servers) process.kill(pid, 'SIGSTOP')
  const response = await it.infer(served, inferBody())
  for (const pid of servers) process.kill(pid, 'SIGCONT')
  expect(response.status).toBe(504)
  await it.cluster.flusher.flush()
  expect(it.web.windows()).toMatchObject([{ n: 1, bad: 1, fallback: 0, latency: [[LAST_BUCKET, 1]] }])
})

test('a refusal of one endpoint does not hold back the others, and is shown', async () => {
  it = await Harness.open()
  const good = await it.apply(wish([arm(it.digests.live)], { model: 'good' }))
  const bad = await it.apply(wish([arm(it.digests.live)], { model: 'bad' }))
  it.web.foreign.add(bad.endpointId)
  await (await it.infer(good, inferBody())).text()
  await (await it.infer(bad, inferBody())).text()
  await it.cluster.flusher.flush()
  await it.cluster.flusher.flush()
  expect(it.web.windows()).toMatchObject([{ endpointId: good.endpointId, n: 1 }])
  expect(it.cluster.state().telemetry).toMatchObject({ state: 'sending', refusedRequests: 1 })
})

test('an artifact whose digest is another is refused, and the endpoint says so', async () => {
  const claimed = 'a'.repeat(64)
  it = await Harness.open({ prepare: (web) => web.publish('examples/flights/live.onnx', claimed) })
  const served = wish([arm(claimed)])
  await it.cluster.apply(served)
  await until(() => it.observed(served).arms[0].replicas[0].reason !== null)
  expect(it.observed(served)).toMatchObject({ generation: -1, arms: [{ weight: 0, ready: 0 }] })
  expect(it.observed(served).arms[0].replicas[0].reason).toMatch(/SHA-256 is .*, not aaaaaaaaaaaa: it is refused/)
})
