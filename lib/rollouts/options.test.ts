import { describe, expect, it } from 'vitest'
import { soaks, stateOf } from './machine.fixture'
import { optionsOf, stepDecides } from './options'
import type { Traffic } from './preview'
import type { PlanDocument } from './schema'
import { GATES, planOf, T0 } from './simulation.fixture'
import type { LiveRun } from './state'
import { hold, withHolds } from './transitions'

const busy: Traffic = { requestsPerSecond: 400, errorRate: 0.005, labelsPerSecond: 400, accuracy: 0.72, labelDelaySeconds: 0 }
const thin: Traffic = { ...busy, requestsPerSecond: 2, labelsPerSecond: 2 }
const plan = planOf()
type Name = Parameters<typeof stateOf>[0]
const offered = (name: Name, traffic: Traffic | null = busy, of: PlanDocument = plan) => optionsOf(of, stateOf(name), traffic)
const says = (name: Name, verb: string, traffic: Traffic | null = busy, of: PlanDocument = plan) =>
  offered(name, traffic, of).find((option) => option.verb === verb)

describe('what a held rollout offers', () => {
  it.each<[Name, string[]]>([
    ['dwelled', ['extend', 'raise', 'lower', 'mirror', 'return']],
    ['noData', ['extend', 'raise', 'lower', 'mirror', 'return']],
    ['paused', ['resume', 'lower', 'mirror', 'return']],
    ['lowered', ['resume', 'mirror', 'return']],
    ['mirrored', ['resume', 'lower', 'unmirror', 'return']],
    ['stableBad', ['extend', 'lower', 'mirror', 'return']],
    ['unreachable', ['extend', 'lower', 'return']],
    ['progressing', []],
    ['returning', []],
  ])('%s: %j', (name, verbs) => {
    expect(offered(name).map(({ verb }) => verb)).toEqual(verbs)
  })

  it('gives numbers of the present traffic, and says where they do not suffice', () => {
    expect(says('dwelled', 'extend')?.says).toMatch(
      /^Stays at 5 % for another dwell\. At the present 400 requests\/s 5 % needs about \d+ (s|min) to decide\.$/,
    )
    expect(says('dwelled', 'extend', thin)?.says).toMatch(/5 % needs about \d+ min to decide, longer than its longest dwell \(10 min\)\.$/)
    expect(says('dwelled', 'extend', { ...thin, requestsPerSecond: 0, labelsPerSecond: 0 })?.says).toMatch(
      /0 requests\/s 5 % cannot decide at all\.$/,
    )
    expect(says('dwelled', 'raise', thin)).toMatchObject({
      label: 'Raise to 25 %',
      says: expect.stringMatching(
        /without proof at 5 %.*About 0\.5 requests\/s would go to v2\. At the present 2 requests\/s 25 % needs about/,
      ),
    })
  })

  it('says what each way back does, and where it begins again', () => {
    expect(says('dwelled', 'lower')?.says).toBe(
      'All traffic goes to v1 within about 15 s. The rollout stays live: pinned requests still reach v2, and resuming begins again at 5 %.',
    )
    expect(says('lowered', 'resume')?.says).toMatch(/^Begins again at 5 %, and proves every step anew\./)
    expect(says('lowered', 'return')?.says).toBe('No traffic moves, and the rollout ends.')
    expect(says('stableBad', 'return')).toMatchObject({
      label: 'Return to v1 all the same',
      says: expect.stringMatching(/one fault is swapped for another/),
    })
    expect(says('stableBad', 'lower')?.says).toMatch(/one fault is swapped for another/)
    expect(says('stableBad', 'extend')?.label).toBe('Keep v2 at 5 %')
  })

  it('says what copies cost, that nobody gets their answers, and how they end', () => {
    expect(says('paused', 'mirror')).toMatchObject({
      label: 'Mirror 25 %',
      says: 'Copies of 25 % of live requests (about 95 requests/s) also load the replicas of v2, and a model with side effects acts twice. Nobody gets its answers to them, and they are never evidence.',
    })
    expect(says('paused', 'mirror', null)?.says).toMatch(/^Copies of 25 % of live requests also load/)
    expect(says('mirrored', 'unmirror')?.says).toBe('v2 gets copies of 25 % of live requests now. Ending them changes nothing else.')
    expect(offered('paused', busy, planOf({ from: null })).map(({ verb }) => verb)).not.toContain('mirror')
  })

  it('goes by the steps of its own wave, and says that a soak begins anew', () => {
    const second = withHolds(
      { ...(stateOf('progressing') as LiveRun), place: { wave: 1, step: 0 } },
      [hold(plan, 'dwell', T0, null, '')],
      T0,
    )
    const labels = optionsOf(soaks, second, busy).map(({ label }) => label)
    expect(labels).toEqual(['Extend by 10 min', 'Raise to 10 %', 'Back to 0 %', 'Mirror 10 %', 'Return to v1'])
    expect(optionsOf(soaks, second, busy).find(({ verb }) => verb === 'lower')?.says).toMatch(/begins again at 50 %\.$/)
    const paused = withHolds(stateOf('soaking') as LiveRun, [hold(plan, 'person', T0, null, '')], T0)
    expect(optionsOf(soaks, paused, busy)[0].says).toBe('Goes on at 100 %, and soaks anew for 10 min.')
  })

  it('offers the switch of a preview, and no larger share than the last step before 100 %', () => {
    const blueGreen = planOf({ strategy: 'blue-green', steps: [0, 10_000] })
    expect(offered('previewHeld', busy, blueGreen).map(({ label }) => label)).toEqual(['Switch to v2', 'Mirror 10 %', 'Return to v1'])
    const third = withHolds({ ...(stateOf('third') as Parameters<typeof withHolds>[0]) }, [hold(plan, 'dwell', T0, null, '')], T0)
    expect(optionsOf(plan, third, busy).map(({ verb }) => verb)).toEqual(['extend', 'lower', 'mirror', 'return'])
  })

  it('a watch that asks offers the return, and a return itself nothing', () => {
    const asks = { ...stateOf('watched'), watch: 'asks' } as ReturnType<typeof stateOf>
    expect(optionsOf(plan, asks, null)).toMatchObject([{ verb: 'return', label: 'Return to v1 all the same' }])
    expect(offered('takeover', null, planOf({ strategy: 'return', steps: [10_000], gates: [] }))).toEqual([])
  })

  it('without known traffic every option is still there, without numbers', () => {
    expect(says('dwelled', 'extend', null)?.says).toBe('Stays at 5 % for another dwell.')
    expect(offered('dwelled', null)).toHaveLength(5)
  })
})

describe('whether a step can decide', () => {
  it('follows the traffic, leaves out the burn-in that is over, and does not wait for a dry run', () => {
    const held = stateOf('dwelled')
    expect(stepDecides(plan, held, busy)).toBe(true)
    expect(stepDecides(plan, held, thin)).toBe(false)
    const tight = planOf({ pace: { ...plan.pace, burnIn: 600 } })
    expect(stepDecides(tight, held, busy)).toBe(true)
    const dry = planOf({ gates: GATES.map((gate) => ({ ...gate, dryRun: true })), pace: { ...plan.pace, minRequests: 1 } })
    expect(stepDecides(dry, held, thin)).toBe(true)
  })
})
