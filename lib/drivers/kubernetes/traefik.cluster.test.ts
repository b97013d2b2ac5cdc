import { expect, test } from 'vitest'
import { gatewayContract } from './gateway-contract.fixture'

gatewayContract('traefik', 'traefik', (run) => {
  test('copies are not asked of Traefik: it would accept the route, and answer each of its requests 500', async () => {
    const wish = await run.gone([10_000, 0])
    const probed = await run.on.driver.probe(run.target, run.on.signal())
    expect(probed).toMatchObject({
      ok: true,
      noMirror: expect.stringMatching(/^gateway class traefik does not list HTTPRouteRequestMirror/),
    })
    const asked = { ...run.next(wish, [10_000, 0]), mirror: { versionId: wish.arms[1].versionId, share: 5_000 } }
    expect(await run.on.driver.apply(run.target, asked, run.on.signal())).toMatchObject({ ok: false, kind: 'refused' })
    expect(await run.answers(wish, 20)).toEqual(new Map([['v1', 20]]))
  })
})
