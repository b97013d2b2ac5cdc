import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Segments } from '@/lib/models/schema'
import { checkSegments, moveSegment, segmentDrafts, withSegment } from './segment-draft'
import { segmentRange } from './segment-words'

const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text)
const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0)
const range = fc
  .tuple(fc.option(number, { nil: undefined }), fc.option(number, { nil: undefined }))
  .filter(([from, to]) => from === undefined || to === undefined || from < to)
const segment = fc
  .record({ name: word, feature: fc.option(word, { nil: undefined }), range, minRequests: fc.integer({ min: 1, max: 1_000_000 }) })
  .map(({ name, feature, range: [from, to], minRequests }) => ({
    ...{ name, minRequests },
    ...(feature === undefined ? {} : { feature, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
  }))
const segments = fc
  .uniqueArray(segment, { maxLength: 8, selector: ({ name }) => name })
  .map((some) => Segments.parse(some.map((each, i) => ({ id: i + 1, ...each }))))

describe('the segments form', () => {
  it('gives back every segment that it is given, in their order', () => {
    fc.assert(
      fc.property(segments, (given) => {
        expect(checkSegments('flight-delay', segmentDrafts(given))).toEqual({
          input: { model: 'flight-delay', segments: given },
          errors: {},
        })
      }),
    )
  })

  it('gives a new one an id of its own, and asks for its name and feature', () => {
    const drafts = withSegment(segmentDrafts(Segments.parse([{ id: 7, name: 'night' }])))
    expect(drafts.map(({ id }) => id)).toEqual([7, 8])
    expect(checkSegments('flight-delay', drafts).errors).toEqual({
      'segments.1.name': 'Give it a name.',
      'segments.1.feature': 'Name the feature.',
    })
  })

  it('moves one before another, so that a request that fits both is in it, and goes no further than the ends', () => {
    const drafts = segmentDrafts(
      Segments.parse([
        { id: 7, name: 'night' },
        { id: 2, name: 'storm' },
        { id: 3, name: 'delayed' },
      ]),
    )
    const order = (id: number, by: -1 | 1) => moveSegment(drafts, id, by).map((draft) => draft.id)
    expect([order(3, -1), order(7, 1), order(7, -1), order(3, 1)]).toEqual([
      [7, 3, 2],
      [2, 7, 3],
      [7, 2, 3],
      [7, 2, 3],
    ])
  })

  it('says at its field what is no number, what is too few, and which range is empty', () => {
    const [draft] = withSegment([])
    const named = { ...draft, name: 'night', feature: 'hour' }
    const errorsOf = (change: object) => checkSegments('flight-delay', [{ ...named, ...change }]).errors
    expect(errorsOf({ from: 'late' })).toEqual({ 'segments.0.from': 'Type a number.' })
    expect(errorsOf({ minRequests: '1.5' })).toEqual({ 'segments.0.minRequests': 'Type a whole number.' })
    expect(errorsOf({ minRequests: '0' })).toEqual({ 'segments.0.minRequests': 'At least 1.' })
    expect(errorsOf({ from: '22', to: '6' })).toEqual({ 'segments.0.to': 'More than 22, so that requests can lie in it.' })
  })

  it('says in words which requests lie in a segment', () => {
    const words = (given: object) => Segments.parse([{ id: 1, name: 'night', ...given }]).map(segmentRange)[0]
    expect(words({ feature: 'hour', from: 22 })).toBe('hour from 22')
    expect(words({ feature: 'hour', from: 1, to: 6 })).toBe('hour from 1, below 6')
    expect(words({})).toBe('those that come with the header x-slipway-segment: night')
  })
})
