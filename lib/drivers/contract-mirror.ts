import { expect, test } from 'vitest'
import { wishHash } from '@/lib/endpoints/wish-hash'
import type { ContractRun } from './contract-run'

/** Copies of live requests beside the weights. */
export function mirrorKept(run: ContractRun): void {
  test('a wish that mirrors is acknowledged as such with the same weights and servers, and so is its end; a driver that cannot says so beforehand', async () => {
    const { driver, cluster } = run.it
    expect(typeof driver.mirrors).toBe('boolean')
    if (!driver.mirrors) return
    const candidate = run.arm({ role: 'candidate', number: 2, digest: run.it.digests[1], weight: 500 })
    const first = run.wish()
    const plain = { ...first, arms: [{ ...first.arms[0], weight: 9_500 }, candidate] }
    await driver.apply(cluster, plain, run.signal())
    const before = await run.acknowledged(plain)
    const mirror = { versionId: candidate.versionId, share: 1_000 }
    const mirrored = { ...plain, generation: 2, fence: 2, mirror }
    expect(await driver.preview(cluster, mirrored, run.signal())).toMatchObject({ ok: true, changes: [{ kind: 'mirror' }] })
    const ended = { ...plain, generation: 3, fence: 3 }
    for (const wish of [mirrored, ended]) {
      expect(await driver.apply(cluster, wish, run.signal())).toMatchObject({ ok: true, kind: 'applied' })
      const seen = await run.acknowledged(wish)
      expect(seen.wishHash).toBe(wishHash(wish))
      expect(seen.arms.map(({ weight, replicas }) => [weight, replicas.map(({ id }) => id)])).toEqual(
        before.arms.map(({ weight, replicas }) => [weight, replicas.map(({ id }) => id)]),
      )
    }
  })
}
