import { expect, test } from 'vitest'
import type { FieldError, Result } from '@/lib/errors'
import { NO_REFUSAL, refusalOf } from './refusal'

const refused = (message: string, fields?: FieldError[]): Result<never> => ({
  ok: false,
  problem: { code: 'invalid', message, ...(fields ? { fields } : {}) },
})

test('a refusal of a field that the form shows stands at the field, and nowhere else', () => {
  const result = refused('name: Give a name.', [{ path: 'name', message: 'Give a name.' }])
  expect(refusalOf(result, ['name', 'slug'])).toEqual({ message: null, fields: { name: 'Give a name.' } })
})

test('a refusal of a part of a field that the form shows stands at the field', () => {
  const result = refused('There is no cluster.', [{ path: 'clusters.0.cluster', message: 'There is no cluster.' }])
  expect(refusalOf(result, ['clusters']).message).toBeNull()
})

test('a refusal of a field that the form does not show is said above the form, by the name of the field', () => {
  const fields = [
    { path: 'name', message: 'Give a name.' },
    { path: 'policy.alias', message: 'Too long.' },
    { path: 'names', message: 'Too many.' },
  ]
  const refusal = refusalOf(refused('name: Give a name.', fields), ['name'])
  expect(refusal.message).toBe('policy.alias: Too long. names: Too many.')
  expect(refusal.fields.name).toBe('Give a name.')
})

test('a refusal of no field, and of the whole, is said above the form; what was done is no refusal', () => {
  expect(refusalOf(refused('You may not do this.'), ['name']).message).toBe('You may not do this.')
  expect(refusalOf(refused('Two are the same.', [{ path: '', message: 'Two are the same.' }]), ['name']).message).toBe('Two are the same.')
  expect(refusalOf({ ok: true, value: 1 }, ['name'])).toEqual(NO_REFUSAL)
})
