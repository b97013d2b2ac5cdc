import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endpointName, pathName, publicPath, versionName } from './names'

const LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/
const endpointId = '01900000-0000-7000-8000-000000000001'
const versionId = '01900000-0000-7000-8000-000000000002'
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ maxLength: 80 }),
  fc.constantFrom('', '-', '..', '9', 'ä'.repeat(90), 'a/b', '%2f', '--a--'),
)

test('names are DNS-1035 labels whatever a model and an environment are called', () => {
  fc.assert(
    fc.property(hostile, hostile, fc.uuid(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (model, environment, id, number) => {
      const name = endpointName({ endpointId: id, environment, model })
      const version = versionName(name, { number, versionId: id })
      expect(name).toMatch(LABEL)
      expect(version).toMatch(LABEL)
      expect(version.length).toBeLessThanOrEqual(63)
      expect(version.startsWith(`${name}-v`)).toBe(true)
    }),
  )
})

test('two endpoints have two names also where their models are called alike, and the same one always has the same', () => {
  const long = 'a-very-long-model-name-that-is-cut'
  const one = endpointName({ endpointId, environment: 'production', model: `${long}-1` })
  expect(endpointName({ endpointId, environment: 'production', model: `${long}-1` })).toBe(one)
  expect(endpointName({ endpointId: versionId, environment: 'production', model: `${long}-2` })).not.toBe(one)
})

test.each([
  ['fraud-2', 'fraud-2'],
  ['Fraud_v1.2', 'Fraud_v1.2'],
])('the name %j stands in a path as it is', (name, path) => {
  expect(pathName(name)).toBe(path)
})

test('a path of any names holds what every gateway takes: no slash, dot-dot or percent sign of a name', () => {
  fc.assert(
    fc.property(hostile, hostile, (environment, model) => {
      expect(publicPath({ environment, model })).toMatch(/^\/[A-Za-z0-9][\w.-]*\/v2\/models\/[A-Za-z0-9][\w.-]*$/)
    }),
  )
})
