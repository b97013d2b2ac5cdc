import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@/lib/id'
import { testDatabase } from '@/prisma/test-database'
import type { Flush, WindowRow } from './flush'
import { ingestFlush } from './ingest'
import { ingestOutcomes } from './outcome'
import { retain } from './retention'
import { rollUp } from './rollup'

const { prisma, pool } = testDatabase()
const ids = { team: newId(), model: newId(), version: newId(), environment: newId(), cluster: newId(), other: newId(), endpoint: newId() }

beforeAll(async () => {
  await prisma.team.create({ data: { id: ids.team, slug: 'flights', name: 'Flights' } })
  await prisma.model.create({ data: { id: ids.model, teamId: ids.team, slug: 'delay', name: 'Delay', task: 'binary' } })
  await prisma.modelVersion.create({
    data: {
      id: ids.version,
      modelId: ids.model,
      number: 1,
      digest: 'a'.repeat(64),
      bytes: 1,
      format: 'onnx',
      signature: {},
      status: 'ready',
      authorId: newId(),
      authorName: 'A',
    },
  })
  await prisma.environment.create({ data: { id: ids.environment, slug: 'prod', name: 'Prod', kind: 'cloud' } })
  await prisma.cluster.create({ data: { id: ids.cluster, name: 'one', driver: 'local', location: 'cloud', config: {} } })
  await prisma.cluster.create({ data: { id: ids.other, name: 'two', driver: 'local', location: 'cloud', config: {} } })
  await prisma.endpoint.create({ data: { id: ids.endpoint, modelId: ids.model, environmentId: ids.environment, wakeAt: new Date() } })
  await prisma.endpointCluster.create({ data: { endpointId: ids.endpoint, clusterId: ids.cluster } })
})

async function now(): Promise<number> {
  const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now')
  return rows[0].now.getTime()
}

function row(slot: number, change: Partial<WindowRow> = {}): WindowRow {
  const series = { endpointId: ids.endpoint, versionId: ids.version, role: 'live' as const, segment: 0 }
  const counts = { n: 3, bad: 1, clientErrors: 0, shed: 0, aborted: 0, fallback: 0, latencySumMs: 9, latencyMaxMs: 4, labelRate: 1 }
  return { ...series, slot, generation: 1, ...counts, latency: [[10, 3]], ...change }
}

function flush(watermark: number, change: Partial<Flush> = {}): Flush {
  return { boot: randomUUID(), watermark, final: false, windows: [], features: [], predictions: [], samples: [], ...change }
}

async function counted(): Promise<number> {
  const { rows } = await pool.query<{ n: string }>('select coalesce(sum(n), 0) as n from telemetry.window_5s')
  return Number(rows[0].n)
}

describe('a flush', () => {
  it('sent twice, or late and shorter, counts once', async () => {
    const at = await now()
    const slot = Math.floor(at / 5000) * 5000
    const before = await counted()
    const first = flush(at, { windows: [row(slot, { n: 5, latency: [[10, 5]] })] })
    await ingestFlush(ids.cluster, first)
    await ingestFlush(ids.cluster, first)
    await ingestFlush(ids.cluster, { ...first, windows: [row(slot)] })
    expect((await counted()) - before).toBe(5)
  })

  it('moves its watermark, also when nothing was counted, and never back', async () => {
    const at = await now()
    const first = flush(at)
    await ingestFlush(ids.cluster, first)
    await ingestFlush(ids.cluster, { ...first, watermark: at - 4000 })
    const { rows } = await pool.query<{ watermark: Date }>('select watermark from telemetry.source where boot = $1', [first.boot])
    expect(rows[0].watermark.getTime()).toBe(at)
  })

  it.each([600_001, 3_600_000])('of a clock %i ms ahead is refused with its offset, and nothing is stored', async (offset) => {
    const before = await counted()
    const at = (await now()) + offset
    await expect(ingestFlush(ids.cluster, flush(at, { windows: [row(at)] }))).rejects.toThrow(/clock is off by \d/)
    expect(await counted()).toBe(before)
  })

  it('of a clock ten minutes behind is refused with its offset', async () => {
    const at = (await now()) - 601_000
    await expect(ingestFlush(ids.cluster, flush(at, { windows: [row(at - 5000)] }))).rejects.toMatchObject({ offsetMs: expect.any(Number) })
  })

  it("of another cluster's series or source is refused whole", async () => {
    const at = await now()
    const before = await counted()
    await expect(ingestFlush(ids.other, flush(at, { windows: [row(at)] }))).rejects.toThrow(/may not write the series/)
    const own = flush(at)
    await ingestFlush(ids.cluster, own)
    await expect(ingestFlush(ids.other, own)).rejects.toThrow(/another cluster/)
    expect(await counted()).toBe(before)
  })

  it('of hostile shape is refused with the place that is wrong', async () => {
    const at = await now()
    for (const change of [{ n: -1 }, { n: 1.5 }, { slot: Number.NaN }, { role: 'root' }, { latency: [[1, 0]] }]) {
      const body = { ...flush(at), windows: [{ ...row(at), ...change }] }
      await expect(ingestFlush(ids.cluster, body)).rejects.toThrow(/malformed at windows.0/)
    }
  })
})

describe('an outcome', () => {
  async function predict(positive: boolean, score: number) {
    const prediction = {
      endpointId: ids.endpoint,
      versionId: ids.version,
      role: 'live' as const,
      segment: 0,
      id: newId(),
      generation: 1,
      score,
      positive,
    }
    return { id: prediction.id, store: async () => ingestFlush(ids.cluster, flush(await now(), { predictions: [prediction] })) }
  }

  it('meets its prediction whichever comes first, once', async () => {
    const early = await predict(true, 0.9)
    const late = await predict(false, 0.2)
    await early.store()
    expect(await ingestOutcomes([{ requestId: early.id, value: 1 }], null)).toMatchObject({ matched: 1, waiting: 0 })
    expect(await ingestOutcomes([{ requestId: late.id, value: 1 }], null)).toMatchObject({ matched: 0, waiting: 1 })
    await late.store()
    expect(await ingestOutcomes([{ requestId: late.id, value: 1 }], null)).toMatchObject({ matched: 0, duplicate: 1 })
    const { rows } = await pool.query(
      'select sum(labels)::int as n, sum(true_positive)::int as tp, sum(false_negative)::int as fn, sum(brier_sum) as brier from telemetry.label_1m',
    )
    expect(rows[0]).toMatchObject({ n: 2, tp: 1, fn: 1 })
    expect(Number(rows[0].brier)).toBeCloseTo(0.01 + 0.64, 5)
  })

  it('for an unknown request is named, and neither waits for ever nor makes a partition', async () => {
    const ancient = '00000000-0000-7000-8000-000000000000'
    expect((await ingestOutcomes([{ requestId: ancient, value: 1 }], null)).unknown).toEqual([ancient])
  })

  it("for another team's prediction answers as unknown would", async () => {
    const foreign = await predict(true, 0.9)
    await foreign.store()
    expect(await ingestOutcomes([{ requestId: foreign.id, value: 1 }], [newId()])).toMatchObject({ matched: 0 })
  })
})

describe('keeping telemetry', () => {
  it('rolls windows up to minutes that hold the same counts, however often it runs', async () => {
    await rollUp()
    await rollUp()
    const { rows } = await pool.query<{ n: string }>('select coalesce(sum(n), 0) as n from telemetry.window_1m')
    expect(Number(rows[0].n)).toBe(await counted())
  })

  it('drops only what is past its age', async () => {
    expect(await retain(new Date(await now()))).toBe(0)
  })
})
