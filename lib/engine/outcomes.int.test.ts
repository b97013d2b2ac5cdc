import { beforeAll, describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import type { PredictionRow } from '@/lib/monitoring/flush'
import { ingestFlush } from '@/lib/monitoring/ingest'
import { ingestOutcomes } from '@/lib/monitoring/outcome'
import { flushOf, makePlace, now, type Place } from '@/lib/monitoring/place.fixture'
import { Gate } from '@/lib/rollouts/schema'
import { testDatabase } from '@/prisma/test-database'
import { readOutcomes } from './outcomes'

testDatabase()
let place: Place
beforeAll(async () => {
  place = await makePlace()
})

async function predict(rows: { score: number | null; positive: boolean }[], of = place): Promise<PredictionRow[]> {
  const key = { endpointId: of.endpointId, versionId: of.live, role: 'live' as const, segment: 0, generation: 1 }
  const predictions = rows.map((row) => ({ ...key, id: newId(), ...row }))
  await ingestFlush(of.clusterId, flushOf(await now(), { predictions }))
  return predictions
}

async function counted(gates: Gate[], of = place) {
  const to = (await now()) + 10_000
  const versions = { candidate: of.next, stable: of.live }
  const rows = await readOutcomes({ endpointId: of.endpointId, gates }, versions, {
    fromMs: to - 3_600_000,
    toMs: to,
    sinceMs: to - 3_600_000,
  })
  return [0, ...gates].map((_, kind) => [sum(rows.map((row) => row.kinds[kind].x)), sum(rows.map((row) => row.kinds[kind].n))])
}
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)

describe('outcomes as a gate counts them', () => {
  it('miss positives at the version’s own threshold, and see business metrics apart from labels', async () => {
    const rows = await predict([
      { score: 0.9, positive: true },
      { score: 0.1, positive: false },
      { score: 0.2, positive: false },
      { score: 0.8, positive: true },
    ])
    await ingestOutcomes(
      rows.map(({ id }, i) => ({ requestId: id, value: i < 3 ? 1 : 0 })),
      null,
    )
    const measured = await ingestOutcomes(
      rows.map(({ id }, i) => ({ requestId: id, metric: 'basket', value: i * 12.1 })),
      null,
    )
    expect(measured).toMatchObject({ matched: 4, duplicate: 0 })
    expect(await ingestOutcomes([{ requestId: rows[0].id, metric: 'basket', value: 1 }], null)).toMatchObject({ matched: 0, duplicate: 1 })
    const recall = Gate.parse({ metric: 'quality', kind: 'recall' })
    const basket = Gate.parse({ metric: 'business', name: 'basket', threshold: 12.1 })
    const other = Gate.parse({ metric: 'business', name: 'minutes', threshold: 1, bad: 'above' })
    expect(await counted([recall, basket])).toEqual([
      [3, 4],
      [2, 3],
      [1, 4],
    ])
    expect(await counted([other])).toEqual([
      [3, 4],
      [0, 0],
    ])
  })

  it('of a regression may be any number, and are off by what the gate says; of a class they lie between 0 and 1', async () => {
    const own = await makePlace()
    const rows = await predict(
      [30, 45, 10].map((score) => ({ score, positive: false })),
      own,
    )
    const truth = rows.map(({ id }, i) => ({ requestId: id, value: [42, 47, -30][i] }))
    expect(await ingestOutcomes(truth, null)).toMatchObject({ matched: 0, refused: rows.map(({ id }) => id) })
    await db().model.updateMany({ where: { endpoints: { some: { id: own.endpointId } } }, data: { task: 'regression' } })
    expect(await ingestOutcomes(truth, null)).toMatchObject({ matched: 3, refused: [] })
    expect((await counted([Gate.parse({ metric: 'quality', kind: 'off-by', threshold: 12 })], own))[1]).toEqual([1, 3])
    expect((await counted([Gate.parse({ metric: 'quality', kind: 'off-by', threshold: 11.9 })], own))[1]).toEqual([2, 3])
  })

  it('count as Brier losses with the Brier score as their share, and the same id always the same way', async () => {
    const own = await makePlace()
    const rows = await predict(
      Array.from({ length: 2_000 }, () => ({ score: 0.4, positive: false })),
      own,
    )
    await ingestOutcomes(
      rows.map(({ id }) => ({ requestId: id, value: 1 })),
      null,
    )
    const brier = Gate.parse({ metric: 'quality', kind: 'brier' })
    const [, [losses, n]] = await counted([brier], own)
    expect(n).toBe(2_000)
    // 0.36 expected; five standard deviations.
    expect(Math.abs(losses / n - 0.36)).toBeLessThan(5 * Math.sqrt((0.36 * 0.64) / n))
    expect(await counted([brier], own)).toEqual(await counted([brier], own))
  })

  it('that come before their prediction wait, and a measurement is no label', async () => {
    const own = await makePlace()
    const id = newId()
    expect(await ingestOutcomes([{ requestId: id, metric: 'basket', value: 3 }], null)).toMatchObject({ waiting: 1 })
    const key = { endpointId: own.endpointId, versionId: own.live, role: 'live' as const, segment: 0, generation: 1 }
    await ingestFlush(own.clusterId, flushOf(await now(), { predictions: [{ ...key, id, score: 0.5, positive: true }] }))
    expect(await counted([Gate.parse({ metric: 'business', name: 'basket', threshold: 5 })], own)).toEqual([
      [0, 0],
      [1, 1],
    ])
  })
})
