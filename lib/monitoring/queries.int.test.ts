import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@/lib/id'
import { testDatabase } from '@/prisma/test-database'
import { ingestFlush } from './ingest'
import { beganAt, flushOf, makePlace, now, type Place, readerOf, windowOf } from './place.fixture'
import { endpointDrift, endpointSamples, endpointSeries, listMonitored, monitoredEndpoint } from './queries'
import { TimeRange } from './schema'

const { pool } = testDatabase()
const range = TimeRange.parse({})
let place: Place
beforeAll(async () => {
  place = await makePlace()
})

describe('the series of an endpoint', () => {
  it('show what was counted, zero where a source had reported and nothing came, and a gap where none had', async () => {
    const at = await now()
    const slot = Math.floor(at / 10_000) * 10_000 - 60_000
    const flush = flushOf(slot + 30_000, { windows: [windowOf(place, slot, { n: 7, bad: 2, latency: [[32, 7]] })] })
    await ingestFlush(place.clusterId, flush)
    await beganAt(flush.boot, slot + 5_000)
    const span = { from: new Date(slot - 60_000).toISOString(), to: new Date(slot + 50_000).toISOString() }
    const series = await endpointSeries(place.reader, place.endpointId, { ...range, ...span })
    const arm = series.arms.find((each) => each.role === 'live')
    const point = (when: number) => arm?.traffic.find((_, i) => series.from + i * series.stepMs === when)
    expect(point(slot)).toMatchObject({ n: 7, bad: 2 })
    expect(point(slot)?.p95).toBeCloseTo(4, 0)
    expect(point(slot + 10_000)).toMatchObject({ n: 0, p95: null })
    expect(point(slot - 30_000)).toBeNull()
    expect(point(slot + 40_000)).toBeNull()
    expect(arm?.total).toMatchObject({ n: 7, bad: 2 })
  })

  it('name the live version also when it never served a request', async () => {
    const quiet = await makePlace()
    const { arms } = await endpointSeries(quiet.reader, quiet.endpointId, range)
    expect(arms).toMatchObject([{ role: 'live', number: 1, current: true, total: null }])
    expect(arms[0]?.traffic.every((point) => point === null)).toBe(true)
  })

  it('keep versions and roles apart', async () => {
    const both = await makePlace()
    const at = await now()
    const slot = Math.floor(at / 5_000) * 5_000 - 10_000
    const candidate = windowOf(both, slot, { versionId: both.next, role: 'candidate', n: 4 })
    await ingestFlush(both.clusterId, flushOf(at, { windows: [windowOf(both, slot), candidate, windowOf(both, slot, { role: 'pinned' })] }))
    const { arms } = await endpointSeries(both.reader, both.endpointId, range)
    expect(arms.map((arm) => [arm.number, arm.role, arm.total?.n])).toEqual([
      [1, 'live', 4],
      [1, 'pinned', 4],
      [2, 'candidate', 4],
    ])
  })

  it.each(['15m', '3h', '24h', '7d', '30d'] as const)(
    'over %s hold each request once, also before anything was rolled up',
    async (wide) => {
      const own = await makePlace()
      const slot = Math.floor((await now()) / 5_000) * 5_000 - 300_000
      await ingestFlush(own.clusterId, flushOf(await now(), { windows: [windowOf(own, slot), windowOf(own, slot + 5_000)] }))
      const { arms } = await endpointSeries(own.reader, own.endpointId, { range: wide })
      expect(arms[0]?.traffic.reduce((sum, point) => sum + (point?.n ?? 0), 0)).toBe(8)
      expect(arms[0]?.total?.n).toBe(8)
    },
  )

  it('stay bounded for a range of eight thousand years', async () => {
    const wide = { ...range, from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' }
    const { arms } = await endpointSeries(place.reader, place.endpointId, wide)
    expect(arms[0]?.traffic.length).toBeLessThanOrEqual(400)
  })
})

describe('what another team owns', () => {
  it('answers as what is not there, whatever is asked of it', async () => {
    const stranger = readerOf(newId())
    for (const ask of [monitoredEndpoint, (a: typeof stranger, id: string) => endpointSeries(a, id, range)])
      await expect(ask(stranger, place.endpointId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(endpointDrift(stranger, place.endpointId, range)).rejects.toMatchObject({ code: 'not-found' })
    const all = { ...range, kind: 'all' as const }
    await expect(endpointSamples(stranger, place.endpointId, all)).rejects.toMatchObject({ code: 'not-found' })
    expect((await listMonitored(stranger, { q: '' })).items).toEqual([])
  })

  it.each(["'; drop table endpoint; --", '', newId()])('nor is there an endpoint "%s"', async (id) => {
    await expect(endpointSeries(place.reader, id, range)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the list of endpoints', () => {
  it('says never, nothing and a number as three things', async () => {
    const fresh = await makePlace()
    const before = (await listMonitored(fresh.reader, { q: '' })).items[0]
    expect(before).toMatchObject({ lastSeenAt: null, errorShare: null, p95: null })
    const at = await now()
    const flush = flushOf(at)
    await ingestFlush(fresh.clusterId, flush)
    const silent = (await listMonitored(fresh.reader, { q: '' })).items[0]
    expect(silent).toMatchObject({ lastSeenAt: new Date(at).toISOString(), requests: 0, errorShare: null })
    const slot = Math.floor(at / 5_000) * 5_000 - 5_000
    await ingestFlush(fresh.clusterId, { ...flush, watermark: at + 1, windows: [windowOf(fresh, slot, { bad: 1 })] })
    expect((await listMonitored(fresh.reader, { q: '' })).items[0]).toMatchObject({ requests: 4, errorShare: 0.25 })
  })

  it('finds by model and environment, and takes signs of a pattern as they are', async () => {
    const all = readerOf(null)
    const { model } = await monitoredEndpoint(all, place.endpointId)
    expect((await listMonitored(all, { q: model.toUpperCase() })).items.map((row) => row.endpointId)).toEqual([place.endpointId])
    expect((await listMonitored(all, { q: '%' })).items).toEqual([])
  })

  it('is read page after page without a row lost or doubled', async () => {
    for (let i = 0; i < 28; i += 1) await makePlace()
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await listMonitored(readerOf(null), { q: '', after })
      seen.push(...page.items.map((row) => row.endpointId))
      after = page.next ?? undefined
    } while (after)
    const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from endpoint')
    expect([seen.length, new Set(seen).size]).toEqual([rows[0]?.n, rows[0]?.n])
  })
})
