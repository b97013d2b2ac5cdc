import { afterEach, expect, test, vi } from 'vitest'
import { createSketch, record } from '@/lib/analysis/sketch'
import { encodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { ensurePartitions } from '@/lib/monitoring/partitions'
import { backtestLaunch } from './queries'

afterEach(() => vi.restoreAllMocks())

const HOURS = 4

/** Minutes of the live version as the rollup keeps them: 200 requests each, `bad` of them by minute. */
async function keepMinutes(world: World, bad: (minute: number) => number): Promise<void> {
  const latency = createSketch()
  for (let i = 0; i < 200; i += 1) record(latency, 10 + i / 10)
  const minutes = Array.from({ length: HOURS * 60 }, (_, i) => i)
  const end = Math.floor(world.nowMs / 60_000) * 60_000
  await ensurePartitions(pool(), end - HOURS * 3_600_000, end)
  await pool().query(
    `insert into telemetry.window_1m (series, slot, n, bad, client_errors, shed, aborted, fallback, latency_sum_ms, latency_max_ms, latency)
     select (select id from telemetry.series where endpoint_id = $1 and version_id = $2 and role = 'live'), slot, 200, bad, 0, 0, 0, 0, 0, 0, $3
     from unnest($4::timestamptz[], $5::int[]) as m(slot, bad)`,
    [
      world.endpointId,
      world.version(1),
      Buffer.from(encodeSketch(latency)),
      minutes.map((i) => new Date(end - (HOURS * 60 - i) * 60_000)),
      minutes.map(bad),
    ],
  )
}

function launch(world: World) {
  return { model: world.slug, environment: world.environment, version: 2 }
}

test(
  'the gates of a launch are tried on the live version’s own past, and an hour of its errors is found',
  async () => {
    const world = await World.make({ seed: 3 })
    await keepMinutes(world, (minute) => (minute >= 150 && minute < 210 ? 40 : 1))
    const found = await backtestLaunch(world.actor('engineer'), launch(world))
    expect(found.sentence).toMatch(/version 1 itself.*6 half hours out of its last 4 hours/)
    const errors = found.gates.find((gate) => gate.metric === 'errors')
    expect(errors?.sentence).toMatch(/side by side would not have fired in 6; alone .* would have fired [1-5] of 6 times/)
    expect(errors?.fired).toBe(true)
  },
  LONG_MS,
)

test(
  'without a past nothing is claimed; who may not launch is refused, and another team sees nothing',
  async () => {
    const world = await World.make({ seed: 4 })
    const found = await backtestLaunch(world.actor('engineer'), launch(world))
    expect(found).toEqual({ sentence: expect.stringContaining('too little past'), gates: [] })
    await expect(backtestLaunch(world.actor('viewer'), launch(world))).rejects.toMatchObject({ code: 'forbidden' })
    const stranger = { ...world.actor('engineer'), grants: [] }
    await expect(backtestLaunch(stranger, launch(world))).rejects.toMatchObject({ code: 'not-found' })
  },
  LONG_MS,
)
