import { expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { wishHash } from '@/lib/endpoints/wish-hash'
import type { ContractRun } from './contract-run'

/** Copies of live requests beside the weights. */
export function mirrorKept(run: ContractRun): void {
  test('a wish that mirrors is acknowledged as such with the same weights and servers, and so is its end; a cluster that sends no copies refuses it, as its probe says', async () => {
    const { driver, cluster } = run.it
    const candidate = run.arm({ role: 'candidate', number: 2, digest: run.it.digests[1], weight: 0 })
    const first = run.wish()
    // Without requests of its own: not every cluster copies to a version that has some.
    const plain = { ...first, arms: [first.arms[0], candidate] }
    await driver.apply(cluster, plain, run.signal())
    await run.acknowledged(plain)
    const mirrored = { ...plain, generation: 2, fence: 2, mirror: { versionId: candidate.versionId, share: 1_000 } }
    const probed = await driver.probe(cluster, run.signal())
    if (!probed.ok) throw new Error(probed.reason)
    if (probed.noMirror === null) await mirrors(run, plain, mirrored)
    else await refusesToMirror(run, mirrored, probed.noMirror)
  })
}

async function mirrors(run: ContractRun, plain: Wish, mirrored: Wish): Promise<void> {
  const { driver, cluster } = run.it
  const before = await run.acknowledged(plain)
  expect(await driver.preview(cluster, mirrored, run.signal())).toMatchObject({ ok: true, changes: [{ kind: 'mirror' }] })
  for (const wish of [mirrored, { ...plain, generation: 3, fence: 3 }]) {
    expect(await driver.apply(cluster, wish, run.signal())).toMatchObject({ ok: true, kind: 'applied' })
    const seen = await run.acknowledged(wish)
    expect(seen.wishHash).toBe(wishHash(wish))
    expect(seen.arms.map(({ weight, replicas }) => [weight, replicas.map(({ id }) => id)])).toEqual(
      before.arms.map(({ weight, replicas }) => [weight, replicas.map(({ id }) => id)]),
    )
  }
}

async function refusesToMirror(run: ContractRun, mirrored: Wish, why: string): Promise<void> {
  const { driver, cluster } = run.it
  const reason = expect.stringContaining(why)
  const preview = await driver.preview(cluster, mirrored, run.signal())
  expect(preview.ok && preview.changes).toContainEqual({ kind: 'refused', text: reason })
  expect(await driver.apply(cluster, mirrored, run.signal())).toMatchObject({ ok: false, kind: 'refused', reason })
  expect(await run.observe(mirrored.endpointId)).toMatchObject({ generation: 1, fence: 1 })
}
