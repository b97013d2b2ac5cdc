import { expect, test } from 'vitest'
import { ingestFlush } from '@/lib/monitoring/ingest'
import { flushOf, makePlace, now, readerOf, windowOf } from '@/lib/monitoring/place.fixture'
import { listMonitored } from '@/lib/monitoring/queries'
import { testDatabase } from '@/prisma/test-database'
import { listEndpoints } from '../queries'

const { pool } = testDatabase()

async function counted(): Promise<string> {
  const place = await makePlace()
  const at = await now()
  const slot = Math.floor(at / 5_000) * 5_000 - 10_000
  await ingestFlush(place.clusterId, flushOf(at, { windows: [windowOf(place, slot), windowOf(place, slot - 5_000)] }))
  return place.endpointId
}

test('latencies that cannot be read are told at their endpoint in both lists, beside the requests that were counted; the others stand', async () => {
  const [broken, sound] = [await counted(), await counted()]
  await pool.query(
    `update telemetry.window_5s set latency = '\\x09' where (series, slot) in
       (select w.series, max(w.slot) from telemetry.window_5s w join telemetry.series s on s.id = w.series where s.endpoint_id = $1 group by 1)`,
    [broken],
  )
  const unreadable = expect.stringMatching(
    /^the latencies of the last 5 min cannot be read: a latency sketch starts with format 1, not 9$/i,
  )
  const reader = readerOf(null)
  const listed = new Map((await listEndpoints(reader, {})).items.map((row) => [row.id, row]))
  expect(listed.get(broken)).toMatchObject({ requests: 8, bad: 0, p95: null, health: 'unknown', says: unreadable, unreadable })
  expect(listed.get(sound)).toMatchObject({ requests: 8, p95: expect.any(Number), unreadable: null })
  const monitored = new Map((await listMonitored(reader, {})).items.map((row) => [row.endpointId, row]))
  expect(monitored.get(broken)).toMatchObject({ requests: 8, errorShare: 0, p95: null, unreadable })
  expect(monitored.get(sound)).toMatchObject({ requests: 8, p95: expect.any(Number), unreadable: null })
})
