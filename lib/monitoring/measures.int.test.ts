import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@/lib/id'
import { testDatabase } from '@/prisma/test-database'
import type { PredictionRow } from './flush'
import { ingestFlush } from './ingest'
import { ingestOutcomes } from './outcome'
import { flushOf, makePlace, now, type Place, windowOf } from './place.fixture'
import { endpointDrift, endpointSamples, endpointSeries } from './queries'
import { SampleFilter, TimeRange } from './schema'

const { prisma, pool } = testDatabase()
const range = TimeRange.parse({ range: '1h' })
let place: Place
beforeAll(async () => {
  place = await makePlace()
})

const key = () => ({ endpointId: place.endpointId, versionId: place.live, role: 'live' as const, segment: 0 })

describe('quality', () => {
  it('is what the labels say: accuracy, coverage, AUC, Brier, and cost at the prices of the threshold', async () => {
    const at = await now()
    const given: [boolean, number, number][] = [
      [true, 0.9, 1],
      [true, 0.7, 0],
      [false, 0.1, 0],
      [false, 0.2, 1],
    ]
    const predictions: PredictionRow[] = given.map(([positive, score]) => ({ ...key(), id: newId(), generation: 1, score, positive }))
    const windows = [windowOf(place, Math.floor(at / 5_000) * 5_000, { n: 8, latency: [[0, 8]] })]
    await ingestFlush(place.clusterId, flushOf(at, { windows, predictions }))
    await ingestOutcomes(
      predictions.map((row, i) => ({ requestId: row.id, value: given[i]?.[2] ?? 0 })),
      null,
    )
    const { arms, prices } = await endpointSeries(place.reader, place.endpointId, range)
    expect(prices).toEqual({ missed: 3, falseAlarm: 1, threshold: 0.25 })
    expect(arms[0]?.totalQuality).toMatchObject({ labels: 4, accuracy: 0.5, coverage: 0.5, auc: 0.75, cost: 1_000 })
    expect(arms[0]?.totalQuality?.brier).toBeCloseTo((0.01 + 0.49 + 0.01 + 0.64) / 4, 5)
    expect(arms[0]?.totalQuality?.meanSquaredError).toBeNull()
  })

  it('of a regression is its labels, their coverage and the mean squared error, under no other name', async () => {
    const own = await makePlace()
    await prisma.model.updateMany({ where: { teamId: own.teamId }, data: { task: 'regression' } })
    const at = await now()
    const whole = { endpointId: own.endpointId, versionId: own.live, role: 'live' as const, segment: 0, generation: 1, positive: true }
    const predictions: PredictionRow[] = [12.5, 30].map((score) => ({ ...whole, id: newId(), score }))
    const windows = [windowOf(own, Math.floor(at / 5_000) * 5_000)]
    await ingestFlush(own.clusterId, flushOf(at, { windows, predictions }))
    await ingestOutcomes(
      predictions.map((row, i) => ({ requestId: row.id, value: i === 0 ? 10 : 33 })),
      null,
    )
    const { arms, regression } = await endpointSeries(own.reader, own.endpointId, range)
    expect(regression).toBe(true)
    const squares = (2.5 ** 2 + 3 ** 2) / 2
    expect(arms[0]?.totalQuality).toEqual({
      ...{ labels: 2, coverage: 0.5, meanSquaredError: squares },
      ...{ accuracy: null, auc: null, brier: null, cost: null },
    })
  })

  it('without labels is null, never zero', async () => {
    const quiet = await makePlace()
    await ingestFlush(quiet.clusterId, flushOf(await now(), { windows: [windowOf(quiet, Math.floor((await now()) / 5_000) * 5_000)] }))
    const { arms } = await endpointSeries(quiet.reader, quiet.endpointId, range)
    expect(arms[0]).toMatchObject({ totalQuality: null, quality: [] })
  })
})

describe('drift', () => {
  const profile = (name: string) => ({ name, edges: [1, 2], counts: [0, 1_000, 1_000, 1_000] })
  let baselineId: string
  beforeAll(async () => {
    baselineId = newId()
    const [features, score] = [[profile('hour'), profile('distance')], profile('score')]
    await prisma.baseline.create({ data: { id: baselineId, versionId: place.live, n: 3_000, sample: [], features, score } })
    const minute = Math.floor((await now()) / 60_000) * 60_000
    const row = (feature: number, counts: number[], back = 0) => ({ ...key(), minute: minute - back, baselineId, feature, counts })
    const same = [row(0, [0, 200, 200, 200]), row(0, [0, 200, 200, 200], 60_000)]
    const features2 = [...same, row(1, [0, 500, 50, 50]), row(-1, [0, 3, 3, 3]), row(5, [0, 9, 9, 9])]
    await ingestFlush(place.clusterId, flushOf(await now(), { features: features2 }))
  })

  it('of the same histogram is zero, of another what the formula says, and of few values says that they are few', async () => {
    const rows = await endpointDrift(place.reader, place.endpointId, range)
    const shares = (counts: number[], n: number) => counts.map((count) => (count + 0.5) / (n + 2))
    const [live, base] = [shares([0, 500, 50, 50], 600), shares([0, 1_000, 1_000, 1_000], 3_000)]
    const psi = live.reduce((sum, share, i) => sum + (share - (base[i] ?? 0)) * Math.log(share / (base[i] ?? 1)), 0)
    expect(rows.map((row) => [row.feature, row.n, row.enough])).toEqual([
      ['distance', 600, true],
      ['hour', 1_200, true],
      ['score', 9, false],
    ])
    expect(rows[0]?.psi).toBeCloseTo(psi, 9)
    expect(rows[0]?.psiDebiased).toBeCloseTo(psi - 3 * (1 / 602 + 1 / 3_002), 9)
    expect(rows[1]?.psiDebiased).toBeLessThan(0.001)
  })

  it('outside the range is not counted', async () => {
    const past = { range: '15m' as const, from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' }
    expect(await endpointDrift(place.reader, place.endpointId, past)).toEqual([])
  })
})

describe('samples', () => {
  it('come newest first, a page at a time, errors apart, with the names of their features', async () => {
    const samples = Array.from({ length: 30 }, (_, i) => ({
      ...key(),
      id: newId(),
      status: i % 10 === 0 ? 503 : 200,
      latencyMs: i,
      features: [i, 2],
      score: 0.5,
      error: i % 10 === 0 ? 'timeout' : null,
    }))
    await ingestFlush(place.clusterId, flushOf(await now(), { samples }))
    const ask = (more: object) => endpointSamples(place.reader, place.endpointId, SampleFilter.parse({ range: '1h', ...more }))
    const first = await ask({})
    const second = await ask({ after: first.next })
    expect([first.items.length, second.items.length, second.next]).toEqual([25, 5, null])
    expect([...first.items, ...second.items].map((row) => row.id)).toEqual(samples.map((row) => row.id).reverse())
    expect(first.items[0]?.features.map((feature) => feature.name)).toEqual(['hour', 'distance'])
    expect((await ask({ kind: 'errors' })).items.map((row) => row.status)).toEqual([503, 503, 503])
    await expect(ask({ after: 'WyIxIiwiMiJd' })).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('what counts', () => {
  it('is shown as counting, silent, ended, or with its clock off by so much, until the clock is right again', async () => {
    const own = await makePlace()
    const states = async () =>
      (await endpointSeries(own.reader, own.endpointId, range)).clusters.flatMap((cluster) => cluster.sources.map((source) => source.state))
    const flush = flushOf(await now())
    await ingestFlush(own.clusterId, flush)
    expect(await states()).toEqual(['counting'])
    await expect(ingestFlush(own.clusterId, { ...flush, watermark: (await now()) + 600_000 })).rejects.toThrow(/clock is off/)
    const [cluster] = (await endpointSeries(own.reader, own.endpointId, range)).clusters
    expect(cluster?.sources[0]?.state).toBe('clock-off')
    expect(Math.abs((cluster?.sources[0]?.offsetMs ?? 0) - 600_000)).toBeLessThan(2_000)
    await ingestFlush(own.clusterId, { ...flush, watermark: await now() })
    expect(await states()).toEqual(['counting'])
    await pool.query("update telemetry.source set seen_at = seen_at - interval '1 minute', refused_at = null where boot = $1", [flush.boot])
    expect(await states()).toEqual(['silent'])
    await ingestFlush(own.clusterId, { ...flush, watermark: await now(), final: true })
    expect(await states()).toEqual(['ended'])
  })

  it('with a clock that never was right has reported nothing', async () => {
    const own = await makePlace()
    await expect(ingestFlush(own.clusterId, flushOf((await now()) + 600_000))).rejects.toThrow(/clock is off/)
    const { clusters, arms } = await endpointSeries(own.reader, own.endpointId, range)
    expect(clusters[0]?.sources).toMatchObject([{ state: 'clock-off', reportedTo: null }])
    expect(arms[0]?.traffic.every((point) => point === null)).toBe(true)
  })
})
