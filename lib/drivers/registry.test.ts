import { expect, test } from 'vitest'
import { DRIVERS, mirrors } from '@/lib/clusters/schema'
import { fakeDriver } from './fake'
import { driverOf } from './registry'

test('what a page says of copies is what each driver says of itself', () => {
  expect(driverOf('local').mirrors).toBe(mirrors('local'))
  expect(driverOf('kubernetes').mirrors).toBe(mirrors('kubernetes'))
  expect(fakeDriver(new Map()).mirrors).toBe(mirrors('fake'))
  expect(mirrors('another')).toBe(false)
})

test.each(DRIVERS)('a cluster of the kind %s can be added, and the engine has its driver', (kind) => {
  expect(driverOf(kind)).toHaveProperty('probe')
})
