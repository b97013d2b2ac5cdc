import { expect, it } from 'vitest'
import { db, pool } from '@/lib/db'
import { closableSlots } from '@/lib/engine/closing'
import { sourcesOf } from '@/lib/engine/gathered'
import { newId } from '@/lib/id'
import { watermarks } from '@/lib/rollouts/traffic/store'
import { testDatabase } from '@/prisma/test-database'
import { coverageOf } from './coverage'
import type { Flush } from './flush'
import { endpointsHealth } from './health'
import { ingestFlush } from './ingest'
import { flushOf, makePlace, now, type Place, windowOf } from './place.fixture'
import { reachOf } from './reach'

testDatabase()

/** Another endpoint on the same cluster. */
async function beside(place: Place): Promise<Place> {
  const other = await makePlace()
  await db().endpointCluster.create({ data: { endpointId: other.endpointId, clusterId: place.clusterId } })
  return { ...other, clusterId: place.clusterId }
}

/** A source that has counted an endpoint alone until `at`. */
async function pod(place: Place, at: number, over: Partial<Flush> = {}): Promise<Flush> {
  const flush = flushOf(at, { endpointId: place.endpointId, windows: [windowOf(place, Math.floor(at / 5_000) * 5_000)], ...over })
  await ingestFlush(place.clusterId, flush)
  return flush
}

it('a source that counts one endpoint keeps no slot of another open when it falls silent, and speaks for no other', async () => {
  const crashing = await makePlace()
  const healthy = await beside(crashing)
  const at = await now()
  await pod(crashing, at - 6_000)
  await pod(healthy, at)
  const fromMs = Math.floor(at / 5_000) * 5_000 - 5_000
  const slots = async ({ endpointId, clusterId }: Place) => {
    const sources = await sourcesOf({ endpointId, clusterId, nowMs: at })
    return closableSlots({ fromMs, nowMs: at, gapEndMs: 0, clusters: [clusterId], sources }).map(({ incomplete }) => incomplete.size)
  }
  expect(await slots(healthy)).toEqual([0])
  expect(await slots(crashing)).toEqual([])
  const { clusterId } = crashing
  expect(await watermarks(healthy.endpointId, [clusterId])).toEqual(new Map([[clusterId, at]]))
  // Of sources that fell silent 10 s ago there is none: then it has no watermark at all.
  expect((await watermarks(crashing.endpointId, [clusterId])).get(clusterId) ?? 0).toBeLessThanOrEqual(at - 6_000)
  expect(await reachOf(crashing.endpointId)).toMatchObject([{ sources: [{ reportedTo: new Date(at - 6_000).toISOString() }] }])
  const health = await endpointsHealth([crashing.endpointId])
  expect(health.get(crashing.endpointId)?.lastSeenAt).toBe(new Date(at - 6_000).toISOString())
  const covered = await coverageOf(crashing.endpointId, {
    from: new Date(at - 60_000),
    to: new Date(at + 60_000),
    stepMs: 5_000,
    table: 'window_5s',
  })
  expect(covered(at - 5_000, at + 1)).toBe(0)
})

it('a source that counts for all speaks for each, also beside such ones', async () => {
  const place = await makePlace()
  const other = await beside(place)
  const at = await now()
  await ingestFlush(place.clusterId, flushOf(at))
  await pod(other, at - 6_000)
  expect(await watermarks(place.endpointId, [place.clusterId])).toEqual(new Map([[place.clusterId, at]]))
})

it('a source may say so only of an endpoint that runs on its cluster, and then brings no rows of others; nothing of such a flush is stored', async () => {
  const place = await makePlace()
  const elsewhere = await makePlace()
  const neighbour = await beside(place)
  const at = await now()
  for (const endpointId of [elsewhere.endpointId, newId()])
    await expect(ingestFlush(place.clusterId, flushOf(at, { endpointId }))).rejects.toThrow(/does not run on its cluster/)
  const mixed = flushOf(at, { endpointId: place.endpointId, windows: [windowOf(place, at), windowOf(neighbour, at)] })
  await expect(ingestFlush(place.clusterId, mixed)).rejects.toThrow(/alone, and brings rows of/)
  const { rows } = await pool().query('select from telemetry.source where cluster_id = $1', [place.clusterId])
  expect(rows).toEqual([])
})

it('whose requests it counts is said once: a later flush takes it back from nobody', async () => {
  const place = await makePlace()
  const at = await now()
  const { endpointId, ...first } = await pod(place, at)
  await ingestFlush(place.clusterId, first)
  const { rows } = await pool().query('select endpoint_id from telemetry.source where boot = $1', [first.boot])
  expect(rows).toEqual([{ endpoint_id: endpointId }])
})
