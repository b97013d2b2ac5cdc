import { describe, expect, test } from 'vitest'
import { type CountedVersion, compare, compareWindows } from './compare'
import { armLines, isUnverified, misrouted, placeLines } from './words'

const now = 1_000_000_000
const span = { from: now - 240_000, to: now }
const weights = [
  { versionId: 'one', number: 1, weight: 7_500 },
  { versionId: 'two', number: 2, weight: 2_500 },
]
const row = (versionId: string, n: number, over: Partial<CountedVersion> = {}): CountedVersion => ({
  ...{ versionId, number: versionId === 'one' ? 1 : versionId === 'two' ? 2 : null, n, older: 0, keyed: false },
  ...over,
})
const fair = [row('one', 9_257), row('two', 3_053)]
const skewed = [row('one', 11_310), row('two', 1_000)]
const all = { counting: 2, silent: 0, none: null }
const place = (witness: ReturnType<typeof compare>) => ({
  ...{ cluster: 'cloud-1', generation: 7, countedAt: now },
  counted: { generation: 7, witnesses: [witness] },
})

describe('what was counted', () => {
  test('agrees with weights that it does not contradict, and says the share, the requests and the wish', () => {
    const witness = compareWindows(span, weights, fair, 3, all)
    expect(witness).toMatchObject({ state: 'agrees', n: 12_310, pinned: 3 })
    expect(armLines(place(witness), 'two', 2_500, now)).toEqual([
      { off: false, text: 'counted 24.8 % of 12,310 requests in 4 min (wished 25 %)' },
    ])
    expect([misrouted(place(witness), now), placeLines(place(witness), now)]).toEqual([null, []])
  })

  test('of another share is off, in both versions, and says by which side', () => {
    const witness = compareWindows(span, weights, skewed, 0, all)
    expect(witness.arms.map((arm) => arm.off)).toEqual(['more', 'less'])
    expect(armLines(place(witness), 'two', 2_500, now)).toEqual([
      { off: true, text: 'counted 8.1 % of 12,310 requests in 4 min (wished 25 %): less than the acknowledged 25 %' },
    ])
    expect(misrouted(place(witness), now)).toBe('v1 got 91.9 % of 12,310 requests in 4 min on cloud-1, 75 % is acknowledged')
  })

  test('of a version without a weight should be nothing', () => {
    const witness = compare('windows', span, weights, [...fair, row('three', 400)])
    expect(placeLines(place(witness), now)).toEqual([
      { off: true, text: 'A version that is not known got 3.1 % of 12,710 requests in 4 min, and should get none' },
    ])
  })

  test('by key is not compared between 0 and 100 %, but older wishes that still assign requests are seen', () => {
    const keyed = skewed.map((each) => ({ ...each, keyed: true }))
    expect(compare('windows', span, weights, keyed)).toMatchObject({ state: 'by-key', arms: [{ off: null }, { off: null }] })
    const behind = compare('windows', span, weights, [{ ...keyed[0], older: 9_000 }, keyed[1]])
    expect(misrouted(place(behind), now)).toBe('73.1 % of 12,310 requests in 4 min came by an older wish on cloud-1')
    const whole = [{ versionId: 'one', number: 1, weight: 10_000 }]
    expect(compare('windows', span, whole, keyed).state).toBe('off')
  })
})

describe('where not all is counted', () => {
  test.each([
    ['nothing counts', [], { counting: 1, silent: 0, none: 'Triton does not count.' }, 'Triton does not count.'],
    ['no counter reports', fair, { counting: 0, silent: 1, none: null }, 'no counter reports.'],
    [
      'a silent counter may hold what is missing',
      skewed,
      { counting: 2, silent: 1, none: null },
      '1 of 3 counters is silent, and may hold what is missing.',
    ],
  ])('%s: unverified, with its reason and without a number', (_, rows, counters, reason) => {
    const witness = compareWindows(span, weights, rows, 0, counters)
    expect(witness).toMatchObject({ state: 'unverified', n: 0, arms: [] })
    expect(isUnverified(place(witness), now)).toBe(true)
    expect(armLines(place(witness), 'two', 2_500, now)).toEqual([])
    expect(placeLines(place(witness), now)).toEqual([{ off: false, text: `unverified: ${reason}` }])
    expect(misrouted(place(witness), now)).toBeNull()
  })

  test('a counter that is silent does not make doubtful what the others agree on', () => {
    expect(compareWindows(span, weights, fair, 0, { counting: 2, silent: 1, none: null }).state).toBe('agrees')
  })

  test('no request is told as none, not as unverified, where counters report', () => {
    expect(placeLines(place(compareWindows(span, weights, [], 0, all)), now)).toEqual([{ off: false, text: 'no request in 4 min' }])
  })

  test('a new weight is not compared yet', () => {
    expect(compareWindows({ from: now, to: now }, weights, skewed, 0, all).state).toBe('early')
  })

  test('what was compared under an earlier wish, or long ago, says nothing of now', () => {
    const off = place(compare('windows', span, weights, skewed))
    expect([misrouted({ ...off, generation: 8 }, now), misrouted(off, now + 61_000)]).toEqual([null, null])
    expect(armLines({ ...off, generation: 8 }, 'two', 2_500, now)).toEqual([])
  })
})
