import { describe, expect, it } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import type { JudgeInput } from './judge'
import { judge } from './judge'
import { counters } from './lane'
import { planHash } from './plan-hash'
import { Gate, type NoData, PlanDocument } from './schema'
import { CLUSTERS, planOf, STABLE, simulate, T0 } from './simulation.fixture'

const [cluster] = CLUSTERS
const errors = Gate.parse({ metric: 'errors', floor: 0.01 })
const accuracy = Gate.parse({ metric: 'accuracy' })
const place = { wave: 0, step: 0 }
const gated = (...gates: Gate[]) => planOf({ gates })
const without = (policy: NoData | undefined, gate: Gate = errors): Gate => ({ ...gate, ...(policy ? { noData: policy } : {}) })

/** What the judge says after so many seconds at the first step, over slots with these counts (requests and bad of both arms), or none. */
function saidOf(plan: PlanDocument, seconds: number, counts: number[] | null, over: { labelled?: boolean } = {}) {
  const world = { plan, seed: 7, rate: 100, seconds: 10, still: true, candidate: () => STABLE, labelled: over.labelled ?? true }
  const opening = simulate(world).inputs.filter((input) => input.kind === 'generation' || input.kind === 'frame')
  const rows = Array.from({ length: counts ? Math.floor(seconds / 5) : 0 }, (_, i): JudgeInput => {
    const own = [...(counts ?? []), ...counters(plan).map(() => 0)].slice(0, counters(plan).length)
    return { kind: 'evidence', row: { cluster, slot: T0 + i * 5_000, generation: 1, frame: 1, flags: 4, counts: own } }
  })
  return judge(plan, [...opening, ...rows], { place, acknowledgedAt: T0, now: T0 + seconds * 1_000 + 2_000 })
}
const QUIET = [0, 0, 0, 0]
const BUSY = [50, 950, 0, 5]
const TERRIBLE = [50, 950, 30, 5]

describe('a gate without data', { timeout: 30_000 }, () => {
  it.each([undefined, 'fail', 'extend', 'hold', 'pass'] as const)('never passes, fails or extends before its time: %s', (policy) => {
    const { decision, gates } = saidOf(gated(without(policy)), 55, QUIET)
    expect(decision.action).toBe('wait')
    expect(gates[0].verdict).toBe('no-data')
  })

  it('holds for a person where the plan says nothing, as plans of before do', () => {
    expect(saidOf(gated(errors), 65, QUIET).decision).toEqual({ action: 'hold', reasons: ['no-data'] })
    expect(saidOf(gated(without('hold')), 65, QUIET).decision).toEqual({ action: 'hold', reasons: ['no-data'] })
  })

  it('counts as a fail, lets the step last longer, or goes on, as the plan says; the verdict stays "no data"', () => {
    const fail = saidOf(gated(without('fail')), 65, QUIET)
    expect(fail.decision).toEqual({ action: 'return', blamed: 'errors', compared: 'side-by-side', noData: true })
    expect(fail.gates[0]).toMatchObject({ verdict: 'no-data', reason: 'no-traffic', noData: 'fail' })
    expect(saidOf(gated(without('extend')), 65, QUIET).decision).toEqual({ action: 'extend', blamed: 'errors' })
    const pass = saidOf(gated(without('pass')), 65, QUIET)
    expect(pass.decision).toEqual({ action: 'advance', why: 'without-data' })
    expect(pass.gates[0]).toMatchObject({ verdict: 'no-data', noData: 'pass' })
  })

  it('says so of silence, too: no slot was closed', () => {
    expect(saidOf(gated(without('fail')), 200, null).decision).toMatchObject({ action: 'return', noData: true })
    expect(saidOf(gated(without('pass')), 200, null).decision).toEqual({ action: 'advance', why: 'without-data' })
  })

  it('of several, the strictest word counts', () => {
    const latency = Gate.parse({ metric: 'latency' })
    const both = (a: NoData, b: NoData) => saidOf(gated(without(a), without(b, latency)), 65, QUIET).decision
    expect(both('pass', 'hold')).toEqual({ action: 'hold', reasons: ['no-data'] })
    expect(both('hold', 'extend')).toEqual({ action: 'extend', blamed: 'latency' })
    expect(both('extend', 'fail')).toMatchObject({ action: 'return', blamed: 'latency', noData: true })
  })

  it('on labels is given the longest dwell, since they come late; then its plan counts', () => {
    const late = (policy: NoData, seconds: number) => saidOf(gated(errors, without(policy, accuracy)), seconds, BUSY).decision
    expect(late('fail', 590)).toEqual({ action: 'wait', waitingFor: 'labels' })
    expect(late('fail', 600)).toMatchObject({ action: 'return', blamed: 'accuracy', noData: true })
    expect(late('extend', 600)).toEqual({ action: 'extend', blamed: 'accuracy' })
    expect(late('pass', 600)).toEqual({ action: 'advance', why: 'without-data' })
    expect(late('hold', 600)).toEqual({ action: 'wait', waitingFor: 'labels' })
  })

  it('that passes without data is judged like any other when there is some', () => {
    expect(saidOf(gated(without('pass')), 65, TERRIBLE).decision).toMatchObject({ action: 'return', blamed: 'errors' })
    expect(saidOf(gated(without('pass')), 300, BUSY).decision).toEqual({ action: 'advance', why: 'proven' })
  })

  it('a bad stable is not returned to for want of data either', () => {
    const objective = Gate.parse({ metric: 'objective', max: 0.01 })
    const sick = saidOf(gated(without('fail', accuracy), objective), 600, [50, 950, 0, 100])
    expect(sick.decision).toEqual({ action: 'hold', reasons: ['stable-bad'] })
  })
})

describe('a dry run', { timeout: 30_000 }, () => {
  const dry: Gate = { ...errors, dryRun: true }

  it('says what it would say, and never acts', () => {
    const bad = saidOf(gated(dry), 65, TERRIBLE)
    expect(bad.gates[0]).toMatchObject({ verdict: 'fail', reason: 'proven-worse', dryRun: true, gating: false })
    expect(bad.decision).toEqual({ action: 'advance', why: 'no-gates' })
    expect(saidOf(gated(errors), 65, TERRIBLE).gates[0].verdict).toBe('fail')
  })

  it('takes nothing of the budget of the gates that act, and adds nothing to it', () => {
    const latency = Gate.parse({ metric: 'latency' })
    const dryLatency: Gate = { ...latency, dryRun: true }
    const [alone, beside] = [saidOf(gated(errors), 30, TERRIBLE), saidOf(gated(errors, dryLatency), 30, TERRIBLE)]
    expect(beside.total).toBe(alone.total)
    expect(beside.decision).toEqual(alone.decision)
  })

  it('without data holds nothing', () => {
    const { decision } = saidOf(gated({ ...dry, noData: 'fail' }, without('pass', accuracy)), 605, QUIET)
    expect(decision).toEqual({ action: 'advance', why: 'without-data' })
  })
})

describe('plans of before', () => {
  it('keep their hash, and their gates mean what they meant', () => {
    const before = { ...planOf(), gates: [{ metric: 'errors', tolerance: 1.2, limit: 2, floor: 0.01, ceiling: 2 }], steps: [500, FULL] }
    const read = PlanDocument.parse(JSON.parse(JSON.stringify(before)))
    expect(planHash(read)).toBe(planHash(before as PlanDocument))
    expect(read.gates).toEqual(before.gates)
  })
})
