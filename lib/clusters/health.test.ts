import { expect, test } from 'vitest'
import { healthOf } from './health'

test('what a probe said is kept; one that was not answered, or by an older engine, says nothing of copies', () => {
  const answered = { ok: true, version: 'v1', detail: 'no quota' } as const
  expect(healthOf({ ...answered, noMirror: null })).toEqual({ ok: true, text: 'v1: no quota', noMirror: null })
  expect(healthOf({ ...answered, noMirror: 'why' })).toEqual({ ok: true, text: 'v1: no quota', noMirror: 'why' })
  expect(healthOf(answered)).toEqual({ ok: true, text: 'v1: no quota' })
  expect(healthOf({ ok: false, reason: 'Nobody listens.' })).toEqual({ ok: false, text: 'Nobody listens.' })
})
