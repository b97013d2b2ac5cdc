import { expect, test } from 'vitest'
import { DRIVERS } from '@/lib/clusters/schema'
import { driverOf } from './registry'

test.each(DRIVERS)('a cluster of the kind %s can be added, and the engine has its driver', (kind) => {
  expect(driverOf(kind)).toHaveProperty('probe')
})
