import { expect, it } from 'vitest'
import { testDatabase } from '@/prisma/test-database'
import { ingestFlush } from './ingest'
import { flushOf, makePlace, now, windowOf } from './place.fixture'
import { endpointSeries } from './queries'
import { rollUp } from './rollup'

const { pool } = testDatabase()

async function sums(): Promise<number[]> {
  const { rows } = await pool.query<{ n: string }>(`
    select coalesce(sum(n), 0) as n from telemetry.window_5s union all
    select coalesce(sum(n), 0) from telemetry.window_1m union all select coalesce(sum(n), 0) from telemetry.window_1h`)
  return rows.map((row) => Number(row.n))
}

it('what a cut-off source brings hours later reaches minutes and hours too, and every chart counts it once', async () => {
  const place = await makePlace()
  const slot = Math.floor((await now()) / 5_000) * 5_000 - 5_000
  await ingestFlush(place.clusterId, flushOf(await now(), { windows: [windowOf(place, slot)] }))
  await rollUp()
  expect(await sums()).toEqual([4, 4, 4])
  const late = [2, 2.5, 26].map((hours) => windowOf(place, slot - hours * 3_600_000))
  await ingestFlush(place.clusterId, flushOf(await now(), { windows: late }))
  await rollUp()
  await rollUp()
  expect(await sums()).toEqual([16, 16, 16])
  for (const range of ['7d', '30d'] as const) {
    const { arms } = await endpointSeries(place.reader, place.endpointId, { range })
    expect(arms[0]?.total?.n).toBe(16)
  }
})

it('hours without an engine are caught up with at the next run', async () => {
  // As if the last run had been five hours ago: nothing younger is rolled up, and nothing is late any more.
  await pool.query("update telemetry.window_5s set late = false, first_at = first_at - interval '5 hours'")
  await pool.query("delete from telemetry.window_1m where slot > clock_timestamp() - interval '5 hours'")
  await pool.query('delete from telemetry.window_1h')
  await rollUp()
  const [fine, minutes] = await sums()
  expect(minutes).toBe(fine)
})
