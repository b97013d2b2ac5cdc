import { expect, test } from 'vitest'
import type { LedgerEvent, LedgerLine } from '../ledger'
import { planOf } from '../simulation.fixture'
import { begunOf, givenUp, lasted, quantile, returnsOf, writtenAt } from './times'

const plan = planOf()
const [cluster] = plan.waves.map((wave) => wave.clusterId)
const lines = (...events: [number, LedgerEvent][]): LedgerLine[] => events.map(([at, event], i) => ({ seq: i + 1, at, event }))
const wished = (generation: number, weight: number): LedgerEvent => ({
  kind: 'wished',
  generation,
  place: { wave: 0, step: 0 },
  weights: { [cluster]: weight },
})
const returning: LedgerEvent = { kind: 'returning', why: { cause: 'person', by: { id: 'a', name: 'A' }, reason: '' } }
const written = (generation: number, at: number): LedgerEvent => ({ kind: 'written', clusterId: cluster, cluster: 'c', generation, at })

test('a return begins with the decision, and with the first wish that leaves nothing to the version', () => {
  const ledger = lines([1_000, wished(1, 0)], [2_000, wished(2, 500)], [9_000, returning], [9_100, wished(3, 0)])
  expect(begunOf(plan, ledger)).toMatchObject({ decided: 9_000, wished: 9_100, generation: 3, blamed: null, clusterIds: [cluster] })
})

test('a rollout that never had traffic, or did not return, has no times', () => {
  expect(begunOf(plan, lines([1_000, wished(1, 0)], [2_000, returning], [2_100, wished(2, 0)]))).toBeNull()
  expect(begunOf(plan, lines([1_000, wished(1, 500)]))).toBeNull()
})

test('a wave that went back alone before is no part of a later return, and neither is what was counted of it', () => {
  const second = '01900000-0000-7000-8000-0000000000c9'
  const two = { ...plan, waves: [...plan.waves, { clusterId: second, cluster: 'cloud', replicas: 1 }] }
  const both = (generation: number, weight: number): LedgerEvent => ({
    ...{ kind: 'wished', generation, place: { wave: 1, step: 0 } },
    weights: { [cluster]: generation === 4 ? 0 : 10_000, [second]: weight },
  })
  const why = { cause: 'unready', cluster: 'cloud', seconds: 30 } as const
  const back: LedgerEvent = { kind: 'wave-returned', wave: 1, cluster: 'cloud', from: { wave: 1, step: 0 }, why }
  const ledger = lines([1, wished(1, 10_000)], [2, both(2, 500)], [3, back], [3, both(3, 0)], [4, returning], [5, both(4, 0)])
  expect(begunOf(two, ledger)).toMatchObject({ generation: 4, clusterIds: [cluster] })
  const [alone, all] = returnsOf(two, ledger)
  expect([...givenUp(two, ledger, all)]).toEqual([[second, 2]])
  expect([...givenUp(two, ledger, alone)]).toEqual([])
  expect(alone).toMatchObject({ alone: { of: 3, wave: 1, until: null }, decided: 3, generation: 3, blamed: null, clusterIds: [second] })
  expect(writtenAt(alone, ledger)).toBeNull()
  const acknowledged: LedgerEvent = { kind: 'acknowledged', place: { wave: 1, step: null }, cluster: 'cloud', weight: 0 }
  expect(writtenAt(alone, [...ledger, { seq: 9, at: 6, event: acknowledged }])).toBe(6)
  const again = [...ledger.slice(0, 4), ...lines([7, both(5, 500)]).map((line) => ({ ...line, seq: 8 }))]
  const [first] = returnsOf(two, again)
  expect(first).toMatchObject({ alone: { until: 5 } })
  // Its next attempt, given traffic before its cluster had acknowledged, went back too.
  expect(writtenAt(first, [...again, { seq: 9, at: 8, event: acknowledged }])).toBeNull()
})

test('it is written when every cluster acknowledged that wish, and a later one counts as much', () => {
  const ledger = lines([1, wished(1, 500)], [2, returning], [3, wished(2, 0)], [4, written(1, 4)])
  const begun = begunOf(plan, ledger)
  if (!begun) throw new Error('nothing began')
  expect(writtenAt(begun, ledger)).toBeNull()
  expect(writtenAt(begun, [...ledger, ...lines([5, written(3, 50)])])).toBe(50)
})

test('how long it lasted counts from the first bad slot, else from the decision', () => {
  const times = { firstBad: 1_000, decided: 5_000, wished: 5_100, written: 5_300, counted: 6_000 }
  expect(lasted(times)).toBe(5_000)
  expect(lasted({ ...times, firstBad: null })).toBe(1_000)
  expect(lasted({ ...times, counted: null })).toBeNull()
})

test('quantiles are by nearest rank, and of nothing there is none', () => {
  expect([quantile([], 0.5), quantile([3], 0.95), quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4], 0.95)]).toEqual([null, 3, 2, 4])
})
