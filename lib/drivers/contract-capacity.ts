import { expect, test, vi } from 'vitest'
import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import { type ContractRun, READY_MS } from './contract-run'

/** Weights only where there is capacity. */
export function capacityKept(run: ContractRun): void {
  test('weights move only to capacity that is ready, and then by themselves', async () => {
    const first = run.wish()
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    await run.acknowledged(first)
    const candidate = run.arm({ role: 'candidate', number: 2, digest: run.it.digests[1], weight: 500 })
    const second = { ...first, generation: 2, fence: 2, arms: [{ ...first.arms[0], weight: 9_500 }, candidate] }
    const answer = await run.it.driver.apply(run.it.cluster, second, run.signal())
    if (!answer.ok) throw new Error(JSON.stringify(answer))
    const weights = (seen: ObservedEndpoint) => seen.arms.map((one) => [one.role, one.weight])
    if (answer.observed.generation === 1) {
      expect(weights(answer.observed)).toEqual([
        ['live', 10_000],
        ['candidate', 0],
      ])
    }
    const seen = await run.acknowledged(second)
    expect(weights(seen)).toEqual([
      ['live', 9_500],
      ['candidate', 500],
    ])
    expect(seen.arms.every((one) => one.ready === 1)).toBe(true)
  })

  test('a version that cannot start gets no weight, its cluster says why, and the wish can be taken back', async () => {
    const first = run.wish()
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    await run.acknowledged(first)
    const candidate = run.arm({ role: 'candidate', number: 2, digest: run.it.missing, weight: 10_000 })
    const second = { ...first, generation: 2, fence: 2, arms: [{ ...first.arms[0], weight: 0 }, candidate] }
    await run.it.driver.apply(run.it.cluster, second, run.signal())
    const seen = await vi.waitUntil(
      async () => {
        const now = await run.observe(first.endpointId)
        return now?.arms[1]?.replicas.some((replica) => replica.reason !== null || replica.state === 'starting') && now
      },
      { timeout: READY_MS, interval: 50 },
    )
    expect(seen).toMatchObject({ generation: 1, fence: 2, arms: [{ weight: 10_000 }, { weight: 0, ready: 0, wanted: 1 }] })
    const third = { ...first, generation: 3, fence: 3 }
    await run.it.driver.apply(run.it.cluster, third, run.signal())
    expect((await run.acknowledged(third)).arms[0]).toMatchObject({ weight: 10_000, ready: 1 })
  })

  test('a wish without arms is acknowledged: there is no live version', async () => {
    const none = run.wish({ arms: [] })
    await run.it.driver.apply(run.it.cluster, none, run.signal())
    expect(await run.acknowledged(none)).toMatchObject({ arms: [], removed: false })
  })
}
