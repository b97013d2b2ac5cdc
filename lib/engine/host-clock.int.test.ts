import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { readLedger } from '@/lib/rollouts/store'
import { LONG_MS, World } from './world.fixture'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** The same rollout of the same traffic: what its ledger holds, with times counted from its launch. `hours`: how far the engine's host is set back at the second step. */
async function told(hours: number) {
  const world = await World.make({ seed: 81, steps: [2_500, 5_000, 10_000], pace: { watch: 120 } })
  const id = await world.launch(2)
  const from = world.nowMs
  await world.pass(120, { stop: async () => world.fake().weightOf(world.endpointId, world.version(2)) === 5_000 })
  if (hours > 0) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - hours * 3_600_000 })
  expect(await world.until(id, ['promoted', 'returned', 'holding'])).toBe('promoted')
  await world.pass(130)
  vi.useRealTimers()
  const lines = await readLedger(db(), id)
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort((a, b) => a - b))
  const { endedAt, watchUntil } = await db().rollout.findUniqueOrThrow({ where: { id } })
  vi.restoreAllMocks()
  return {
    lines: lines.map(({ seq, at, event }) => [seq, at - from, event.kind, event.kind === 'judged' ? event.judgement.decision : null]),
    ended: (endedAt?.getTime() ?? 0) - from,
    watched: (watchUntil?.getTime() ?? 0) - from,
  }
}

test(
  "the engine's host clock set back an hour in the middle of a rollout changes nothing: time is the database's",
  async () => {
    const steady = await told(0)
    const setBack = await told(1)
    expect(setBack).toEqual(steady)
    expect(steady.lines.length).toBeGreaterThan(10)
    expect(steady.lines.at(-1)?.[2]).toBe('watch-passed')
  },
  LONG_MS,
)
