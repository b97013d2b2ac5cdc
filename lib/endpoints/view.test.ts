import { expect, test } from 'vitest'
import { actsOf } from './view'

const both = { scale: true, retire: true }

test('an act that one may not do says who may', () => {
  const acts = actsOf({ scale: false, retire: false }, null, false)
  expect(acts.scale).toEqual({ allowed: false, why: 'Engineers and SREs may scale.' })
  expect(acts.retire).toEqual({ allowed: false, why: 'SREs may retire.' })
})

test('what would be refused under a rollout is refused before pressing, with what must happen first', () => {
  expect(actsOf(both, 'live', false).scale).toMatchObject({ allowed: false, why: expect.stringContaining('when it has ended') })
  expect(actsOf(both, 'live', false).retire).toMatchObject({ allowed: false, why: expect.stringContaining('return it first') })
  expect(actsOf(both, 'waiting', false).retire).toMatchObject({ allowed: false, why: expect.stringContaining('cancel it') })
  expect(actsOf(both, 'waiting', false).scale).toEqual({ allowed: true, why: null })
  expect(actsOf(both, null, false)).toEqual({ scale: { allowed: true, why: null }, retire: { allowed: true, why: null } })
})

test('of a retired endpoint nothing is offered and nothing explained', () => {
  expect(actsOf(both, null, true)).toEqual({ scale: { allowed: false, why: null }, retire: { allowed: false, why: null } })
})
