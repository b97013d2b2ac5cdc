import { describe, expect, it } from 'vitest'
import type { DataClass } from '@/lib/models/schema'
import { DATA_CLASSES } from '@/lib/models/words'
import { KINDS } from '../schema'
import { dataClassMismatch, misplaced, usualDataClass } from './rule'

const placing = {
  model: 'credit',
  dataClass: 'restricted' as DataClass,
  environment: 'prod',
  serves: 'restricted' as DataClass,
  inCloud: [],
}

describe('restricted data', () => {
  it('may be nowhere in a cloud, whatever the environment says that it serves', () => {
    const found = misplaced({ ...placing, inCloud: ['cloud-1', 'cloud-2'] })
    expect(found?.wrong).toBe('credit works on restricted data, which stays on-prem, and prod runs on cloud-1, cloud-2 in a cloud.')
    expect(found?.right).toMatch(/^Launch it in an on-prem environment/)
    expect(misplaced(placing)).toBeNull()
  })

  it.each(KINDS)(
    'is what an environment of kind %s may say that it serves only on-prem, and its own default may always be said',
    (kind) => {
      expect(dataClassMismatch(kind, 'restricted') === null).toBe(kind === 'on-prem')
      expect(dataClassMismatch(kind, usualDataClass(kind))).toBeNull()
    },
  )
})

it.each(DATA_CLASSES.flatMap((dataClass, i) => DATA_CLASSES.map((serves, j) => [dataClass, serves, i <= j] as const)))(
  '%s data where %s data is served at most: %s',
  (dataClass, serves, allowed) => {
    const found = misplaced({ ...placing, dataClass, serves })
    expect(found === null).toBe(allowed)
    if (found) expect(found.wrong).toBe(`credit works on ${dataClass} data, and prod serves ${serves} data at most.`)
  },
)
