import { afterEach, expect, test, vi } from 'vitest'
import { measureReturns } from '@/lib/engine/return-times'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { returnEndpoint } from '../commands'
import { returnRollout } from '../steering/commands'
import { getReturnSpread, getReturnTimes } from './queries'

afterEach(() => vi.restoreAllMocks())

async function timesOf(world: World, id: string) {
  await world.pass(6)
  await measureReturns(new Date(world.nowMs))
  const times = await getReturnTimes(world.actor('viewer'), id)
  if (!times) throw new Error('The return was not measured.')
  return times
}

/** The five, in the order in which they must have come. */
function inOrder(times: { decided: number; wished: number; written: number | null; counted: number | null }): void {
  const { decided, wished, written, counted } = times
  expect([decided, wished, written, counted].every((at) => at !== null)).toBe(true)
  expect(wished).toBeGreaterThanOrEqual(decided)
  expect(written).toBeGreaterThanOrEqual(wished)
  expect(counted).toBeGreaterThanOrEqual(written ?? 0)
}

test(
  'a return by evidence is in the ledger with its first bad slot, decision, wish, acknowledgement and count, once',
  async () => {
    const world = await World.make({ seed: 101, steps: [2_500, 10_000], versions: { 2: { bad: 0.3 } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['returned', 'promoted'])).toBe('returned')
    const times = await timesOf(world, id)
    inOrder(times)
    expect(times.firstBad).not.toBeNull()
    expect(times.firstBad).toBeLessThan(times.decided)
    await measureReturns(new Date(world.nowMs))
    const spread = await getReturnSpread(world.actor('viewer'))
    expect(spread).toMatchObject({ total: { n: 1 }, act: { n: 1 }, uncounted: 0, newest: [{ rolloutId: id }] })
    expect(spread.total.p95).toBe((times.counted ?? 0) - (times.firstBad ?? 0))
  },
  LONG_MS,
)

test(
  'a person’s stop and a return to an earlier version are measured from the click',
  async () => {
    const world = await World.make({ seed: 102, steps: [2_500, 10_000] })
    const stopped = await world.launch(2)
    await world.pass(10)
    const clicked = world.nowMs
    expect(await returnRollout(world.actor('sre'), { rolloutId: stopped })).toMatchObject({ ok: true })
    const first = await timesOf(world, stopped)
    inOrder(first)
    expect(first.decided).toBe(clicked)
    for (const version of [2, 3]) {
      const id = await world.launch(version)
      expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    }
    const back = await returnEndpoint(world.actor('sre'), { endpointId: world.endpointId, version: 2 })
    if (!back.ok) throw new Error(back.problem.message)
    inOrder(await timesOf(world, back.value.id))
  },
  LONG_MS,
)

test('another team sees neither the times nor the distribution', async () => {
  const world = await World.make({ seed: 103, steps: [2_500, 10_000] })
  const id = await world.launch(2)
  const stranger = { ...world.actor('viewer'), grants: [] }
  await expect(getReturnTimes(stranger, id)).rejects.toThrow()
  expect((await getReturnSpread(stranger)).newest).toEqual([])
})
