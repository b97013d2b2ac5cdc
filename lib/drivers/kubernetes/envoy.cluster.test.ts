import { expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { seen } from '@/tools/k8s/seen'
import { WITHIN_S } from './gateway.fixture'
import { gatewayContract } from './gateway-contract.fixture'
import type { GatewayRun } from './gateway-run.fixture'

/** Of each share that is copied. Five standard deviations are its bound. */
const SENT = 600

gatewayContract('envoy', 'envoy-gateway', copiesKept)

/** The next wish, which also asks for copies to the candidate, once requests go by it. */
async function mirrored(run: GatewayRun, weights: readonly [number, number], share: number): Promise<Wish> {
  const wish = run.next(await run.first(), weights)
  run.last = { ...wish, mirror: { versionId: wish.arms[1].versionId, share } }
  await run.goes(run.last)
  return run.last
}

function copiesKept(run: GatewayRun): void {
  test.each([2_000, 5_000, 10_000])(
    'of %i of 10,000 live requests copies reach a version that nobody is answered by, count as its shadow and as nothing else, and end with the wish',
    async (share) => {
      const wish = await mirrored(run, [10_000, 0], share)
      const [one, two] = wish.arms.map(({ versionId }) => versionId)
      expect(await run.answers(wish, SENT)).toEqual(new Map([['v1', SENT]]))
      await seen('all of them counted', WITHIN_S, async () => run.counted(wish, one, 'live') >= SENT)
      const sent = run.counted(wish, one, 'live')
      const fair = sent * (share / 10_000)
      const bound = 5 * Math.sqrt(fair * (1 - share / 10_000))
      await seen('their copies counted', WITHIN_S, async () => Math.abs(run.counted(wish, two, 'shadow') - fair) <= bound)
      expect(run.counted(wish)).toBe(sent + run.counted(wish, two, 'shadow'))
      const after = await run.gone([10_000, 0])
      expect(await run.answers(after, 50)).toEqual(new Map([['v1', 50]]))
      await seen('them counted', WITHIN_S, async () => run.counted(after, one, 'live') >= 50)
      expect(run.counted(after)).toBe(run.counted(after, one, 'live'))
    },
  )
}
