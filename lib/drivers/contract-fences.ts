import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { wishHash } from '@/lib/endpoints/wish-hash'
import type { ContractRun } from './contract-run'

/** Idempotence, and what a late or rival writer is told. */
export function fencesKept(run: ContractRun): void {
  test('a wish is acknowledged with its weights, generation, fence and hash once its capacity is ready', async () => {
    const first = run.wish()
    expect(await run.it.driver.apply(run.it.cluster, first, run.signal())).toMatchObject({ ok: true, kind: 'applied' })
    const seen = await run.acknowledged(first)
    expect(seen).toMatchObject({ fence: 1, generation: 1, wishHash: wishHash(first), removed: false })
    expect(seen.arms).toMatchObject([{ versionId: first.arms[0].versionId, role: 'live', weight: 10_000, ready: 1, wanted: 1 }])
    expect(seen.arms[0].replicas).toHaveLength(1)
  })

  test('the same wish again changes nothing', async () => {
    const first = run.wish()
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    const before = await run.acknowledged(first)
    expect(await run.it.driver.apply(run.it.cluster, first, run.signal())).toMatchObject({ ok: true, kind: 'applied' })
    const after = await run.observe(first.endpointId)
    expect(after?.acknowledgedAt).toBe(before.acknowledgedAt)
    expect(after?.arms.map((one) => one.replicas.map((replica) => replica.id))).toEqual(
      before.arms.map((one) => one.replicas.map((replica) => replica.id)),
    )
  })

  test.each([
    ['a lower fence', { fence: 4, generation: 9 }],
    ['the same fence and a lower generation', { fence: 5, generation: 6 }],
  ])('%s is stale, is told what is there, and changes nothing', async (_what, late) => {
    const first = run.wish({ fence: 5, generation: 7 })
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    const answer = await run.it.driver.apply(run.it.cluster, { ...first, ...late, salt: 'other' }, run.signal())
    expect(answer).toEqual({ ok: false, kind: 'stale', fence: 5, generation: 7 })
    expect(await run.it.driver.remove(run.it.cluster, { endpointId: first.endpointId, ...late }, run.signal())).toMatchObject({
      ok: false,
      kind: 'stale',
    })
    expect((await run.acknowledged(first)).wishHash).toBe(wishHash(first))
  })

  test('another body under the same fence and generation is a conflict, and changes nothing', async () => {
    const first = run.wish({ fence: 2, generation: 3 })
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    const conflict = { ok: false, kind: 'conflict', fence: 2, generation: 3 }
    expect(await run.it.driver.apply(run.it.cluster, { ...first, labelRate: 0.1 }, run.signal())).toEqual(conflict)
    const { endpointId, fence, generation } = first
    expect(await run.it.driver.remove(run.it.cluster, { endpointId, fence, generation }, run.signal())).toEqual(conflict)
    expect((await run.acknowledged(first)).wishHash).toBe(wishHash(first))
  })
}

/** Later writers, and what stays after a removal. */
export function removalKept(run: ContractRun): void {
  test('a later fence may lower the generation: the last writer to claim decides', async () => {
    const first = run.wish({ fence: 1, generation: 9 })
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    const second = { ...first, fence: 2, generation: 3 }
    expect(await run.it.driver.apply(run.it.cluster, second, run.signal())).toMatchObject({ ok: true })
    expect(await run.acknowledged(second)).toMatchObject({ fence: 2 })
  })

  test('after a removal nothing is served, a late writer is still refused, and a later one may come back', async () => {
    const first = run.wish({ fence: 3, generation: 3 })
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    await run.acknowledged(first)
    const key = { endpointId: first.endpointId, fence: 4, generation: 4 }
    for (const _again of [1, 2])
      expect(await run.it.driver.remove(run.it.cluster, key, run.signal())).toMatchObject({ ok: true, kind: 'applied' })
    expect(await run.observe(first.endpointId)).toMatchObject({ removed: true, arms: [], fence: 4, generation: 4 })
    expect(await run.it.driver.apply(run.it.cluster, first, run.signal())).toEqual({ ok: false, kind: 'stale', fence: 4, generation: 4 })
    const back = { ...first, fence: 5, generation: 5 }
    expect(await run.it.driver.apply(run.it.cluster, back, run.signal())).toMatchObject({ ok: true })
    expect(await run.acknowledged(back)).toMatchObject({ removed: false })
  })

  test('a removal of what was never there is remembered', async () => {
    const key = { endpointId: randomUUID(), fence: 2, generation: 2 }
    expect(await run.it.driver.remove(run.it.cluster, key, run.signal())).toMatchObject({ ok: true })
    expect(await run.it.driver.apply(run.it.cluster, run.wish({ endpointId: key.endpointId }), run.signal())).toMatchObject({
      kind: 'stale',
    })
  })
}
