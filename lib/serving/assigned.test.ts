import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignedHeaders, readAssigned } from './assigned'

const VERSION = '01900000-0000-7000-8000-000000000001'
const ROLES = ['live', 'candidate', 'shadow', 'pinned'] as const

function written(...args: Parameters<typeof assignedHeaders>): Record<string, string> {
  return Object.fromEntries(assignedHeaders(...args).map(({ name, value }) => [name, value]))
}

test('what a route writes is what each of its versions reads, and any other reads nothing', () => {
  const roles = fc.uniqueArray(fc.record({ versionId: fc.uuid(), role: fc.constantFrom(...ROLES) }), {
    maxLength: 4,
    selector: ({ versionId }) => versionId,
  })
  const observe = fc.option(fc.string({ minLength: 1, maxLength: 64, unit: fc.constantFrom(...'0123456789abcdef') }))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), roles, observe, (generation, each, key) => {
      const headers = written(generation, each, key)
      for (const { versionId, role } of each) expect(readAssigned(headers, versionId)).toEqual({ generation, role, observe: key })
      fc.pre(each.every(({ versionId }) => versionId !== VERSION))
      expect(readAssigned(headers, VERSION)).toBeNull()
    }),
    { numRuns: 30 },
  )
})

test.each([
  ['nothing', {}],
  ['no generation', { 'x-slipway-generation': undefined }],
  ['a generation that no column holds', { 'x-slipway-generation': '9999999999' }],
  ['a negative one', { 'x-slipway-generation': '-1' }],
  ['two generations', { 'x-slipway-generation': '7, 8' }],
  ['a role that there is not', { 'x-slipway-roles': `${VERSION}=owner` }],
  ['the role fallback, which no route can know', { 'x-slipway-roles': `${VERSION}=fallback` }],
  ['half a version', { 'x-slipway-roles': `${VERSION.slice(1)}=live` }],
])('a request that says %s was assigned by no route', (what, over) => {
  const right = written(7, [{ versionId: VERSION, role: 'live' }], null)
  expect(readAssigned(right, VERSION)).not.toBeNull()
  expect(readAssigned(what === 'nothing' ? {} : { ...right, ...over }, VERSION)).toBeNull()
})
