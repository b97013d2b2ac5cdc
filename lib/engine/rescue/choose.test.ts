import { expect, test } from 'vitest'
import { newId } from '@/lib/id'
import type { BookEntry } from './book'
import { chooseEndpoint, chooseVersion } from './choose'
import { compare, type Mark } from './keep'
import { nextNumbers, RESCUE_FENCE } from './perform'

const HOUSE = newId()
const version = (number: number) => ({ versionId: newId(), number, digest: 'a'.repeat(64), threshold: null, baseline: null })
const [v1, v2, v3] = [version(1), version(2), version(3)]

function entry(over: Partial<BookEntry> = {}): BookEntry {
  return {
    ...{ house: HOUSE, endpointId: newId(), environment: 'prod', model: 'delay', revision: 4, generation: 3, orphan: false, places: 'x' },
    ...{ liveVersionId: v2.versionId, versions: [v2, v1], replicas: 1, clusters: [] },
    ...over,
  }
}

function observed(weights: [string, number][]) {
  const arms = weights.map(([versionId, weight]) => ({ versionId, role: 'live' as const, weight, ready: 1, wanted: 1, replicas: [] }))
  return { endpointId: newId(), fence: 9, generation: 3, wishHash: '', acknowledgedAt: 0, arms, removed: false }
}

test('an endpoint is named by id, by ENVIRONMENT/MODEL, or by MODEL where it is served once', () => {
  const one = entry()
  for (const name of [one.endpointId, 'prod/delay', 'delay']) expect(chooseEndpoint([one], name)).toEqual({ ok: true, value: one })
})

test('a name that several endpoints have is refused with the names to choose from', () => {
  const found = chooseEndpoint([entry(), entry({ environment: 'trial' })], 'delay')
  expect(found).toMatchObject({ ok: false, says: expect.stringContaining('prod/delay, trial/delay') })
})

test('an unknown name and an empty book are refused, and say what there is', () => {
  expect(chooseEndpoint([entry()], 'fraud')).toMatchObject({ ok: false, says: expect.stringContaining('prod/delay') })
  expect(chooseEndpoint([], 'delay')).toMatchObject({ ok: false, says: expect.stringContaining('empty') })
})

test('under way, a return goes to the live version; otherwise to the one before it', () => {
  expect(
    chooseVersion(
      entry(),
      [
        observed([
          [v2.versionId, 9_500],
          [v3.versionId, 500],
        ]),
      ],
      null,
    ),
  ).toMatchObject({ value: v2 })
  expect(chooseVersion(entry(), [observed([[v2.versionId, 10_000]])], null)).toMatchObject({ value: v1 })
})

test('a version that was never promoted here, and an endpoint without another one, are refused', () => {
  expect(chooseVersion(entry(), [null], 3)).toMatchObject({ ok: false, says: expect.stringContaining('v2, v1') })
  expect(chooseVersion(entry({ versions: [v2] }), [observed([[v2.versionId, 10_000]])], null)).toMatchObject({ ok: false })
  expect(chooseVersion(entry({ liveVersionId: null, versions: [] }), [null], null)).toMatchObject({ ok: false })
})

test('the numbers of a rescue are above all that is known or seen', () => {
  const reached = [{ observed: { ...observed([]), fence: 70, generation: 12 } }] as unknown as Parameters<typeof nextNumbers>[1]
  expect(nextNumbers(entry(), reached)).toEqual({ fence: 70 + RESCUE_FENCE, generation: 13 })
})

const mark = (from: BookEntry, over: Partial<Mark> = {}): Mark => ({
  ...{ id: from.endpointId, revision: from.revision, generation: from.generation, places: from.places, removed: false, readOnly: false },
  ...over,
})
const held = (...entries: BookEntry[]) => new Map(entries.map((each) => [each.endpointId, each]))

test('a database behind the book is older: an earlier revision, an earlier generation, or an endpoint that it lost', () => {
  const one = entry()
  expect(compare(HOUSE, [mark(one)], held(one))).toEqual({ older: [], changed: [], removed: [] })
  expect(compare(HOUSE, [mark(one, { revision: 3 })], held(one)).older).toEqual([one.endpointId])
  expect(compare(HOUSE, [mark(one, { generation: 2 })], held(one)).older).toEqual([one.endpointId])
  expect(compare(HOUSE, [], held(one)).older).toEqual([one.endpointId])
})

test('another installation’s database is not an older one: its pages replace the book’s', () => {
  const one = entry()
  expect(compare(newId(), [], held(one))).toEqual({ older: [], changed: [], removed: [one.endpointId] })
  expect(compare(newId(), [mark(one, { revision: 1 })], held(one))).toMatchObject({ older: [], changed: [one.endpointId] })
})

test('what waits for a confirmation is not written into the book', () => {
  const one = entry()
  expect(compare(HOUSE, [mark(one, { revision: 5, readOnly: true })], held(one)).changed).toEqual([])
  expect(compare(HOUSE, [mark(one, { revision: 5 })], held(one)).changed).toEqual([one.endpointId])
})
