import { describe, expect, it } from 'vitest'
import type { Mirrors } from './machine'
import { by, stateOf } from './machine.fixture'
import type { Traffic } from './preview'
import { planOf, T0 } from './simulation.fixture'
import type { KeptRollout } from './store'
import { optionViews, verbsOf } from './view-options'

const busy: Traffic = { requestsPerSecond: 400, errorRate: 0.005, labelsPerSecond: 400, accuracy: 0.72, labelDelaySeconds: 0 }
const thin: Traffic = { ...busy, requestsPerSecond: 2, labelsPerSecond: 2 }

function offered(
  name: Parameters<typeof stateOf>[0],
  over: { traffic?: Traffic; may?: boolean; approvals?: number; mirrors?: Mirrors } = {},
) {
  const { traffic = thin, may = true, approvals = 0, mirrors = true } = over
  const rollout = { plan: planOf({ approvals }), state: stateOf(name) } as KeptRollout
  const asking = { rollout, actor: by, mayDo: () => may, traffic, mirrors, now: T0 + 700_000 }
  const verbs = verbsOf(asking)
  return { verbs, options: optionViews(asking, verbs) }
}

describe('what is offered is what the machine would take', () => {
  it('a larger share where this step cannot decide; where it can, or approval was asked, it says why not', () => {
    const raise = (over: Parameters<typeof offered>[1]) => offered('dwelled', over).options.find(({ verb }) => verb === 'raise')
    expect(raise({})).toMatchObject({ allowed: true, why: null })
    expect(raise({ traffic: busy })).toMatchObject({ allowed: false, why: expect.stringMatching(/can decide at the present traffic/) })
    expect(raise({ approvals: 1 })).toMatchObject({ allowed: false, why: expect.stringMatching(/asks approval/) })
  })

  it('copies of live requests while it is held; where a cluster cannot send them, it says so', () => {
    const mirror = (over: Parameters<typeof offered>[1]) => offered('paused', over).options.find(({ verb }) => verb === 'mirror')
    expect(mirror({})).toMatchObject({ allowed: true, why: null })
    expect(mirror({ mirrors: 'cannot-mirror' })).toMatchObject({ allowed: false, why: expect.stringMatching(/cannot send copies/) })
    expect(offered('progressing').verbs.mirror).toEqual({ allowed: false, why: null })
    expect(offered('mirrored').verbs).toMatchObject({ mirror: { allowed: false, why: null }, unmirror: { allowed: true } })
    expect(offered('paused').verbs.unmirror).toEqual({ allowed: false, why: null })
  })

  it('no share is raised where nobody is asked', () => {
    expect(offered('progressing').verbs.raise).toEqual({ allowed: false, why: null })
    expect(offered('progressing').options).toEqual([])
  })

  it('somebody who may not sees what could be done, and is told once who may', () => {
    const { verbs, options } = offered('lowered', { may: false })
    expect(options.map(({ verb, allowed, why }) => [verb, allowed, why])).toEqual([
      ['resume', false, null],
      ['mirror', false, null],
      ['return', false, null],
    ])
    expect(verbs.resume.why).toMatch(/Engineers and SREs may/)
  })
})
