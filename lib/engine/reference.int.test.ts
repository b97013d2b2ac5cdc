import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@/lib/id'
import { KEY_BUCKETS } from '@/lib/monitoring/flush'
import { ingestFlush } from '@/lib/monitoring/ingest'
import { flushOf, makePlace, now, type Place, windowOf } from '@/lib/monitoring/place.fixture'
import { freeze } from '@/lib/rollouts/frame'
import { Gate, type PlanDocument } from '@/lib/rollouts/schema'
import { planOf } from '@/lib/rollouts/simulation.fixture'
import { testDatabase } from '@/prisma/test-database'
import { readReference } from './reference'
import { readWindows } from './telemetry'

testDatabase()
let place: Place
let plan: PlanDocument
beforeAll(async () => {
  place = await makePlace()
  plan = planOf({
    gates: [Gate.parse({ metric: 'errors' })],
    endpoint: { id: place.endpointId, model: 'm', environment: 'e' },
    from: { id: place.live, number: 1, digest: '0'.repeat(64) },
    to: { id: place.next, number: 2, digest: '1'.repeat(64) },
    waves: [{ clusterId: place.clusterId, cluster: 'c', replicas: 1 }],
  })
})

const slotOf = async () => Math.floor((await now()) / 5_000) * 5_000

/** 32 buckets of ten requests each; those of `rough` all fail. */
function keys(rough: number): number[] {
  return Array.from({ length: 2 * KEY_BUCKETS }, (_, i) => (i < KEY_BUCKETS ? 10 : i - KEY_BUCKETS < rough ? 10 : 0))
}

describe('windows', () => {
  it('bring bins and segments to the engine, summed over sources, and a later row replaces an earlier one', async () => {
    const own = await makePlace()
    const slot = await slotOf()
    const boot = newId()
    const rows = (n: number) => [
      windowOf(own, slot, { n, latency: [[0, n]], bins: [0, n, 1] }),
      windowOf(own, slot, { n: 2, latency: [[0, 2]], segment: 3 }),
    ]
    for (const n of [4, 6]) await ingestFlush(own.clusterId, flushOf(await now(), { boot, windows: rows(n) }))
    await ingestFlush(own.clusterId, flushOf(await now(), { windows: [windowOf(own, slot, { n: 1, latency: [[0, 1]], bins: [1, 0, 0] })] }))
    const versions = { candidate: null, stable: own.live }
    const found = await readWindows({ endpointId: own.endpointId, versions, fromMs: slot, toMs: slot + 5_000, segments: [3] })
    expect(found.map(({ segment, n, bins }) => ({ segment, n, bins })).sort((a, b) => a.segment - b.segment)).toEqual([
      { segment: 0, n: 7, bins: [1, 6, 1] },
      { segment: 3, n: 2, bins: null },
    ])
    expect(await readWindows({ endpointId: own.endpointId, versions, fromMs: slot, toMs: slot + 5_000 })).toHaveLength(1)
  })
})

describe('the reference of a frame', () => {
  it('is by key where most requests come with one, and its dispersion is that between keys', async () => {
    const slot = await slotOf()
    const windows = [windowOf(place, slot - 60_000, { n: 320, bad: 40, latency: [[0, 320]], keys: keys(4) })]
    await ingestFlush(place.clusterId, flushOf(await now(), { windows }))
    const reference = await readReference(plan, place.clusterId, slot + 5_000)
    expect(reference.byKey).toBe(true)
    expect(reference.keys?.[0]).toEqual({ n: 10, x: 10 })
    const frozen = freeze(plan, { wave: 0, step: 0 }, reference, [], slot)
    expect(frozen).toMatchObject({ ok: true, frame: { byKey: true } })
    // One bad key of eight: each of its ten requests fails, so that ten of them are one fact.
    expect(frozen.ok && frozen.frame.errorPhi).toBeGreaterThan(5)
  })

  it('is not by key where few do', async () => {
    const own = await makePlace()
    const slot = await slotOf()
    const windows = [windowOf(own, slot - 60_000, { n: 1_000, latency: [[0, 1_000]], keys: keys(0) })]
    await ingestFlush(own.clusterId, flushOf(await now(), { windows }))
    const other = { ...plan, endpoint: { ...plan.endpoint, id: own.endpointId }, from: { id: own.live, number: 1, digest: '0'.repeat(64) } }
    const reference = await readReference(other, own.clusterId, slot + 5_000)
    expect(reference).toMatchObject({ byKey: false })
    expect(reference.keys).toBeUndefined()
  })
})
