import { describe, expect, it } from 'vitest'
import { createSketch, record } from '@/lib/analysis/sketch'
import { ACKNOWLEDGED, BURN_IN, flagsOf, INCOMPLETE, slotOf } from './evidence'
import { countSlot, type Frame, frameDue, freeze, type Reference } from './frame'
import { limitRatio, nextShare, toleratedRatio } from './gate'
import { counters, lanesOf, windowOf } from './lane'
import { GATES, planOf, T0 } from './simulation.fixture'
import type { Place } from './state'

const plan = planOf()
const place = { wave: 0, step: 0 }
const sketchOf = (...ms: number[]) => {
  const sketch = createSketch()
  for (const one of ms) record(sketch, one)
  return sketch
}
/** 100 requests a block, latencies 1..100 ms, 2 bad. */
const block = { n: 100, bad: 2, latency: sketchOf(...Array.from({ length: 100 }, (_, i) => i + 1)) }
const reference = (blocks: number, labels: Reference['labels'] = null): Reference => ({
  blocks: Array.from({ length: blocks }, () => block),
  labels,
  byKey: false,
})
const frozen = (blocks = 10, previous: Frame[] = [], at = place, now = T0, labels: Reference['labels'] = null): Frame => {
  const result = freeze(plan, at, reference(blocks, labels), previous, now)
  if (!result.ok) throw new Error(`${result.have} of ${result.need}`)
  return result.frame
}

describe('a frame', () => {
  it('needs 200 stable requests and says how many there are', () => {
    expect(freeze(plan, place, reference(1), [], T0)).toEqual({ ok: false, have: 100, need: 200 })
    expect(freeze(plan, place, reference(0), [], T0)).toEqual({ ok: false, have: 0, need: 200 })
    expect(frozen(2).requests).toBe(200)
  })

  it('freezes rates, thresholds on bucket edges with the floor, and the share after the next step', () => {
    const frame = frozen()
    expect(frame).toMatchObject({ number: 1, restart: false, errorRate: 0.02, errorPhi: 1, nextShare: 0.25, accuracy: null })
    const [p50, p95] = frame.latency
    expect(p50.tauMs).toBeGreaterThanOrEqual(50)
    expect(p50.tauMs).toBeLessThan(50 * 1.05)
    expect(p50.candidateMs).toBeGreaterThanOrEqual(p50.tauMs + 5)
    expect(p50.limitMs).toBeGreaterThanOrEqual(p50.tauMs + 20)
    expect(p95.slowShare).toBeLessThanOrEqual(0.05)
  })

  it('takes its latency thresholds from the last 2,000 requests and 5 min at least: a rough start does not set those of the hour', () => {
    const rough = { n: 500, bad: 0, latency: sketchOf(...Array.from({ length: 500 }, () => 400)) }
    const calm = { n: 500, bad: 0, latency: sketchOf(...Array.from({ length: 500 }, (_, i) => 1 + i / 100)) }
    const frameAfter = (blocks: number) => {
      const result = freeze(
        plan,
        place,
        { blocks: [rough, ...Array.from({ length: blocks }, () => calm)], labels: null, byKey: false },
        [],
        T0,
      )
      return result.ok ? result.frame : null
    }
    expect(frameAfter(9)?.latency.at(-1)?.tauMs).toBeGreaterThanOrEqual(400)
    expect(frameAfter(10)?.latency.at(-1)?.tauMs).toBeLessThan(7)
    expect(frameAfter(10)?.requests).toBe(5_500)
    // A quiet endpoint reaches back until there are enough.
    const thin = Array.from({ length: 119 }, () => ({ n: 10, bad: 0, latency: sketchOf(...Array.from({ length: 10 }, () => 5)) }))
    const result = freeze(plan, place, { blocks: [rough, ...thin], labels: null, byKey: false }, [], T0)
    expect(result.ok && result.frame.latency.at(-1)?.tauMs).toBeGreaterThanOrEqual(400)
  })

  it('holds an accuracy only from 100 labels on', () => {
    const labels = (n: number) => ({ x: n / 4, n, blocks: [{ x: n / 4, n }] })
    expect(frozen(10, [], place, T0, labels(96)).accuracy).toBeNull()
    expect(frozen(10, [], place, T0, labels(100)).accuracy).toMatchObject({ share: 0.75, labels: 100 })
  })

  it('a first version has nothing to compare with and needs no reference', () => {
    const initial = planOf({ strategy: 'initial', steps: [10_000], gates: [{ metric: 'objective', max: 0.05 }], from: null })
    expect(freeze(initial, place, reference(0), [], T0)).toMatchObject({ ok: true, frame: { requests: 0, latency: [] } })
  })

  const begun = (at: Place, startingSince = T0) => ({ place: at, startingSince })

  it('a wave that begins anew is compared with stable as it is by then, also where its first step is 100 %', () => {
    const frames = [frozen()]
    for (const at of [place, { wave: 0, step: 3 }]) {
      expect(frameDue(plan, begun(at), frames, 0, T0 + 2_000)).toBe(false)
      expect(frameDue(plan, begun(at, T0 + 1_000), frames, 0, T0 + 2_000)).toBe(true)
    }
  })

  it('is due at each position, every 5 min and when labels first suffice, not in between', () => {
    const frames = [frozen()]
    expect(frameDue(plan, begun(place), [], 0, T0)).toBe(true)
    expect(frameDue(plan, begun(place), frames, 0, T0 + 299_000)).toBe(false)
    expect(frameDue(plan, begun(place), frames, 0, T0 + 300_000)).toBe(true)
    expect(frameDue(plan, begun(place), frames, 100, T0 + 1_000)).toBe(true)
    expect(frameDue(plan, begun({ wave: 0, step: 1 }), frames, 0, T0 + 1_000)).toBe(true)
    expect(frameDue(plan, begun({ wave: 0, step: 3 }), frames, 0, T0 + 1_000)).toBe(false)
    expect(frameDue(plan, begun({ wave: 0, step: null }), [], 0, T0)).toBe(false)
  })

  it('restarts at most 8 times over the whole rollout', () => {
    const frames = [frozen()]
    for (let i = 1; i < 20; i += 1) {
      const now = T0 + i * 300_000
      if (frameDue(plan, begun(place), frames, 0, now)) frames.push(frozen(10, frames, place, now))
    }
    expect(frames.filter((frame) => frame.restart)).toHaveLength(8)
    expect(frames).toHaveLength(9)
    expect(frozen(10, frames, { wave: 0, step: 1 }, T0 + 9_000_000)).toMatchObject({ number: 10, restart: false })
  })
})

describe('counts of a slot', () => {
  const frame = frozen()

  it('stand in the declared order', () => {
    const [{ candidateMs, limitMs, tauMs }] = frame.latency
    const candidate = { n: 4, bad: 1, latency: sketchOf(1, candidateMs, candidateMs * 1.1, limitMs * 2) }
    const stable = { n: 3, bad: 0, latency: sketchOf(1, tauMs, tauMs * 1.1) }
    const counts = countSlot(plan, frame, { whole: candidate }, { whole: stable })
    expect(counters(plan)).toHaveLength(counts.length)
    expect(counts.slice(0, 7)).toEqual([4, 3, 1, 0, 2, 1, 1])
  })

  it('an arm without rows counts zero, not nothing', () => {
    expect(countSlot(plan, frame, { whole: null }, { whole: null })).toEqual(counters(plan).map(() => 0))
  })

  it('a timeout is slower than every threshold', () => {
    const counts = countSlot(plan, frame, { whole: { n: 1, bad: 1, latency: sketchOf(Number.POSITIVE_INFINITY) } }, { whole: null })
    expect(counts.filter((_, i) => i >= 4 && (i - 4) % 3 < 2)).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('each lane reads its own window', () => {
    const lanes = lanesOf({ gates: GATES })
    const counts = [10, 90, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 8]
    expect(lanes.map((lane) => lane.gate.metric)).toEqual(['errors', 'latency', 'latency', 'latency', 'accuracy'])
    expect(windowOf(lanes[0], counts)).toEqual({ xC: 1, nC: 10, xS: 2, nS: 90 })
    expect(windowOf(lanes[2], counts)).toEqual({ xC: 6, nC: 10, xS: 8, nS: 90 })
    expect(windowOf(lanes[2], counts, true)).toEqual({ xC: 7, nC: 10, xS: 8, nS: 90 })
    expect(windowOf(lanes[4], [1, 2, 3, 4])).toEqual({ xC: 1, nC: 2, xS: 3, nS: 4 })
    expect(lanes.map((lane) => lane.exact)).toEqual([false, true, false, false, true])
  })
})

describe('stage limits', () => {
  it('keep the whole traffic within the limit after the step: 5x before 25 %, 3x before 50 %, 2x before 100 %', () => {
    const [errors, p50, , , accuracy] = lanesOf({ gates: GATES })
    const limits = [0, 1, 2].map((step) => limitRatio(errors, nextShare(plan, { wave: 0, step }), 0.9))
    expect(limits).toEqual([5, 3, 2])
    expect([0, 1, 2].map((step) => limitRatio(p50, nextShare(plan, { wave: 0, step }), 0.9))).toEqual([5, 3, 1])
    // 2 points at 90 %: wrong 10 -> 12 %, and 8 points before 25 %.
    expect(limitRatio(accuracy, 1, 0.9)).toBeCloseTo((0.12 * 0.9) / (0.88 * 0.1), 12)
    expect(limitRatio(accuracy, 0.25, 0.9)).toBeCloseTo((0.18 * 0.9) / (0.82 * 0.1), 12)
    expect(toleratedRatio(accuracy, 0.9)).toBeCloseTo((0.105 * 0.9) / (0.895 * 0.1), 12)
  })
})

describe('flags of a row', () => {
  const row = { slot: T0, acknowledgedAt: T0, supersededAt: null, firstWeightAt: T0 - 60_000, burnIn: 60, incomplete: false }

  it('a slot is acknowledged only as a whole', () => {
    expect(flagsOf(row)).toBe(ACKNOWLEDGED)
    expect(flagsOf({ ...row, acknowledgedAt: T0 + 1 })).toBe(0)
    expect(flagsOf({ ...row, acknowledgedAt: null })).toBe(0)
    expect(flagsOf({ ...row, supersededAt: T0 + 4_999 })).toBe(0)
    expect(flagsOf({ ...row, supersededAt: T0 + 5_000 })).toBe(ACKNOWLEDGED)
  })

  it('burn-in runs from the first acknowledged weight, and before it', () => {
    expect(flagsOf({ ...row, firstWeightAt: T0 - 59_999 })).toBe(ACKNOWLEDGED | BURN_IN)
    expect(flagsOf({ ...row, firstWeightAt: null, incomplete: true })).toBe(ACKNOWLEDGED | BURN_IN | INCOMPLETE)
  })

  it('a slot is 5 s, by its start', () => {
    expect([slotOf(T0), slotOf(T0 + 4_999), slotOf(T0 + 5_000)]).toEqual([T0, T0, T0 + 5_000])
  })
})
