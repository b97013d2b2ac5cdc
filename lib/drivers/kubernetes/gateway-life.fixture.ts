import { expect, test } from 'vitest'
import { Load } from '@/lib/serving/testing/load'
import { type ReportedPod, readyAddresses } from '@/tools/k8s/deployment.fixture'
import { seen } from '@/tools/k8s/seen'
import { WITHIN_S } from './gateway.fixture'
import type { GatewayRun } from './gateway-run.fixture'

/** For what takes several pods' lives, ms. */
const LONG = 900_000

/** A gateway that dies and comes back. */
export function goneKept(run: GatewayRun): void {
  test('a gateway that is gone takes no acknowledgement back, gives none, and goes by the last wish when it is there again', async () => {
    const wish = await run.gone([5_000, 5_000])
    const before = await run.on.observe(wish.endpointId)
    expect(before?.generation).toBe(wish.generation)
    await run.gateway.kill()
    await expect(run.ask(wish)).rejects.toThrow()
    const later = run.next(wish, [0, 10_000])
    for (let turn = 0; turn < 3; turn++) {
      expect(await run.on.driver.apply(run.target, later, run.on.signal())).toMatchObject({
        ok: true,
        kind: 'applied',
      })
      const seenNow = await run.on.observe(wish.endpointId)
      expect(seenNow?.generation).toBe(wish.generation)
      expect(seenNow?.arms.map(({ weight, ready }) => [weight, ready])).toEqual([
        [5_000, 1],
        [5_000, 1],
      ])
    }
    await run.gateway.start()
    run.last = later
    await run.goes(later)
    expect(await run.answers(later, 50)).toEqual(new Map([['v2', 50]]))
  })
}

/** Callers while everything moves. */
export function lifeKept(run: GatewayRun): void {
  test(
    'no request fails while weights move, pods are made anew, one is evicted and a version is retired',
    async () => {
      const wish = await run.gone([10_000, 0], [{ replicas: 2 }])
      const { api, namespace } = run.on.shared
      const addresses = (arm: number) => readyAddresses(api, namespace, run.nameOf(wish, wish.arms[arm]))
      const podsOf = async (versionId: string) =>
        (await api.get<{ items: ReportedPod[] }>(`/api/v1/namespaces/${namespace}/pods?labelSelector=slipway.dev/version=${versionId}`))
          .items
      const [one, two] = wish.arms.map(({ versionId }) => versionId)
      await seen('two replicas', WITHIN_S, async () => (await addresses(0)).length === 2)
      const load = new Load(run.gateway.url, run.pathOf(wish), 4)

      await run.gone([5_000, 5_000])
      const old = new Set((await podsOf(two)).map(({ metadata }) => metadata.name))
      await run.gone([5_000, 5_000], [{}, { threshold: 0.3 }])
      await seen('other pods of the candidate', WITHIN_S, async () => !(await podsOf(two)).some(({ metadata }) => old.has(metadata.name)))

      const [evicted] = await podsOf(one)
      await api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${evicted.metadata.name}`)
      await seen('another in its place', WITHIN_S, async () => {
        const names = (await podsOf(one)).map(({ metadata }) => metadata.name)
        return !names.includes(evicted.metadata.name) && (await addresses(0)).length === 2
      })

      const moved = await run.gone([0, 10_000])
      run.last = { ...run.next(moved, [0, 10_000]), arms: [{ ...moved.arms[1], role: 'live', weight: 10_000 }] }
      await run.goes(run.last)
      await seen('the pods of the first version gone', WITHIN_S, async () => (await podsOf(one)).length === 0)

      const { answers, broken, statuses, versions } = await load.stop()
      expect([...statuses]).toEqual([[200, answers]])
      expect(broken).toBe(0)
      expect([...versions.keys()].sort()).toEqual(['1', '2'])
    },
    LONG,
  )
}
