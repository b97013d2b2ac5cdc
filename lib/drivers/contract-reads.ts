import { expect, test, vi } from 'vitest'
import { type ContractRun, READY_MS } from './contract-run'

/** Preview, logs, probe, and a cluster that does not answer. */
export function readsKept(run: ContractRun): void {
  test('a preview says what would change, and changes nothing', async () => {
    const first = run.wish()
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    await run.acknowledged(first)
    const second = {
      ...first,
      generation: 2,
      fence: 2,
      arms: [{ ...first.arms[0], weight: 9_000 }, run.arm({ role: 'candidate', number: 2, weight: 1_000 })],
    }
    const preview = await run.it.driver.preview(run.it.cluster, second, run.signal())
    if (!preview.ok) throw new Error(preview.reason)
    expect(preview.changes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['start', 'weight']))
    expect(await run.it.driver.preview(run.it.cluster, first, run.signal())).toMatchObject({ ok: true, changes: [{ kind: 'none' }] })
    expect(await run.observe(first.endpointId)).toMatchObject({ generation: 1, fence: 1 })
  })

  test('logs tell of the replicas', async () => {
    const first = run.wish()
    await run.it.driver.apply(run.it.cluster, first, run.signal())
    await run.acknowledged(first)
    // What a cluster notes of them it may note a little later.
    const lines = await vi.waitUntil(
      async () => {
        const logs = await run.it.driver.logs(run.it.cluster, first.endpointId, 1, run.signal())
        if (!logs.ok) throw new Error(logs.reason)
        return logs.lines.length > 0 && logs.lines
      },
      { timeout: READY_MS, interval: 50 },
    )
    expect(lines).toHaveLength(1)
  })

  test('unreachable is a value for every call, with a reason', async () => {
    const target = run.it.unreachable
    const first = run.wish()
    const answers = await Promise.all([
      run.it.driver.observe(target, run.signal()),
      run.it.driver.apply(target, first, run.signal()),
      run.it.driver.remove(target, first, run.signal()),
      run.it.driver.probe(target, run.signal()),
      run.it.driver.preview(target, first, run.signal()),
      run.it.driver.logs(target, first.endpointId, 10, run.signal()),
    ])
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, kind: 'unreachable', reason: expect.stringMatching(/\w{3}/) })
  })

  test('a call that is cancelled ends at once, as a value', async () => {
    expect(await run.it.driver.observe(run.it.cluster, AbortSignal.abort())).toMatchObject({ ok: false, kind: 'unreachable' })
  })

  test('a probe says what answers there', async () => {
    expect(await run.it.driver.probe(run.it.cluster, run.signal())).toMatchObject({
      ok: true,
      version: expect.stringMatching(/./),
      detail: expect.stringMatching(/./),
    })
  })
}
