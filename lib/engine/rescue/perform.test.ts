import { expect, test } from 'vitest'
import { arm, wish } from '@/lib/serving/testing/wish'
import type { BookEntry } from './book'
import { rescueWish } from './perform'

test('a rescue ends the copies of live requests', () => {
  const arms = [arm('a'.repeat(64), { weight: 9_000 }), arm('b'.repeat(64), { role: 'candidate', number: 2, weight: 1_000 })]
  const before = wish(arms, { mirror: { versionId: arms[1].versionId, share: 1_000 } })
  const cluster = {
    id: before.endpointId,
    name: 'cloud',
    driver: 'local',
    config: {},
    credential: null,
    credentialKey: null,
    wish: before,
    generation: 1,
  }
  const entry = { clusters: [cluster], replicas: 1 } as unknown as BookEntry
  const back = rescueWish(entry, cluster, arms[0], { fence: 1_001, generation: 2 })
  expect(back?.arms.map(({ weight }) => weight)).toEqual([10_000, 0])
  expect(back).not.toHaveProperty('mirror')
})
