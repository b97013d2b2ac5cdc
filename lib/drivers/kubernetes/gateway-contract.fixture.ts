import { expect, test } from 'vitest'
import type { PresetName } from '@/lib/clusters/witness/presets'
import type { GatewayName } from '@/tools/k8s/gateway/program'
import { seen } from '@/tools/k8s/seen'
import { WITHIN_S } from './gateway.fixture'
import { goneKept, lifeKept } from './gateway-life.fixture'
import { presetKept } from './gateway-preset.fixture'
import { GatewayRun } from './gateway-run.fixture'

/** Of each share that is counted. Five standard deviations are its bound. */
const SENT = 600

/** The promises that the driver keeps with a gateway: call it in a test of its own. `preset`: how the gateway counts; `own`: promises with this gateway alone. */
export function gatewayContract(name: GatewayName, preset: PresetName, own: (run: GatewayRun) => void): void {
  const run = new GatewayRun(name)
  acknowledgedKept(run)
  sharesKept(run)
  pinsKept(run)
  presetKept(run, preset)
  goneKept(run)
  own(run)
  // Last: it retires a version.
  lifeKept(run)
}

function acknowledgedKept(run: GatewayRun): void {
  test('a wish is acknowledged by what the gateway’s own controller says of the route, and the probe names its class', async () => {
    const wish = await run.gone([10_000, 0])
    interface Route {
      metadata: { generation: number }
      status: { parents: { controllerName: string; conditions: { type: string; status: string; observedGeneration: number }[] }[] }
    }
    const { metadata, status } = await run.on.shared.api.get<Route>(await run.on.routePath(wish))
    expect(status.parents.map(({ controllerName }) => controllerName)).toEqual([run.gateway.controller])
    for (const type of ['Accepted', 'ResolvedRefs'])
      expect(status.parents[0].conditions).toContainEqual(
        expect.objectContaining({ type, status: 'True', observedGeneration: metadata.generation }),
      )
    expect(await run.on.driver.probe(run.target, run.on.signal())).toMatchObject({
      ok: true,
      detail: expect.stringContaining(`gateway classes ${run.gateway.className}; gateway ${run.on.shared.namespace}/public found`),
    })
  })
}

function sharesKept(run: GatewayRun): void {
  test.each([
    [9_000, 1_000],
    [5_000, 5_000],
    [10_000, 0],
    [0, 10_000],
  ])(
    'callers reach the versions by the weights %i and %i, and each pod counts what it got for the generation and role that the gateway wrote',
    async (live, candidate) => {
      const wish = await run.gone([live, candidate])
      const answers = await run.answers(wish, SENT)
      const share = candidate / 10_000
      const [v1, v2] = ['v1', 'v2'].map((name) => answers.get(name) ?? 0)
      expect(v1 + v2, JSON.stringify([...answers])).toBe(SENT)
      expect(Math.abs(v2 - SENT * share)).toBeLessThanOrEqual(5 * Math.sqrt(SENT * share * (1 - share)))
      const [one, two] = wish.arms.map(({ versionId }) => versionId)
      await seen('all of them counted', 60, async () => run.counted(wish, one, 'live') >= v1 && run.counted(wish, two, 'candidate') >= v2)
      expect(run.counted(wish)).toBe(run.counted(wish, one, 'live') + run.counted(wish, two, 'candidate'))
      expect(run.web.sum(({ bad }) => bad)).toBe(0)
    },
  )
}

function pinsKept(run: GatewayRun): void {
  test('a request that names an arm gets it whatever the weights, and is counted as pinned; what callers say of generation and role counts for nothing', async () => {
    const wish = await run.gone([10_000, 0])
    const [, candidate] = wish.arms
    const lie = { 'x-slipway-generation': '999', 'x-slipway-roles': `${candidate.versionId}=candidate`, 'x-slipway-observe': 'lie' }
    const pinned = run.counted(wish, candidate.versionId, 'pinned')
    expect(await run.answers(wish, 30, { ...lie, 'x-slipway-arm': 'candidate' })).toEqual(new Map([['v2', 30]]))
    expect(await run.answers(wish, 30, { ...lie, 'x-slipway-arm': 'live' })).toEqual(new Map([['v1', 30]]))
    expect(await run.answers(wish, 30, lie)).toEqual(new Map([['v1', 30]]))
    await seen('them counted', WITHIN_S, async () => run.counted(wish, candidate.versionId, 'pinned') === pinned + 30)
    expect(run.web.windows().filter(({ generation }) => generation === 999)).toEqual([])
    expect(run.counted(wish, candidate.versionId, 'candidate')).toBe(0)
  })
}
