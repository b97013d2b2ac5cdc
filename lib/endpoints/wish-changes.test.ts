import { expect, test } from 'vitest'
import type { Wish, WishArm } from './wish'
import { wishChanges } from './wish-changes'

const id = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`
const arm = (number: number, replicas: number, weight: number): WishArm => ({
  role: number === 1 ? 'live' : 'candidate',
  versionId: id(number),
  number,
  digest: 'a'.repeat(64),
  threshold: null,
  replicas,
  weight,
  baseline: null,
})
const wish = (arms: WishArm[], over: Partial<Wish> = {}): Wish => ({
  endpointId: id(9),
  environment: 'e',
  model: 'm',
  generation: 1,
  fence: 1,
  salt: 's',
  arms,
  keys: [],
  labelRate: 1,
  ...over,
})
const texts = (before: WishArm[], after: Wish, same = { sameKeys: true, sameMirror: true }) =>
  wishChanges({ arms: before, ...same }, after).map(({ kind, text }) => `${kind}: ${text}`)

test('versions that come, grow, shrink and go are told with their replicas, and weights in percent', () => {
  const next = wish([arm(1, 1, 9_500), arm(2, 3, 500)])
  expect(texts([arm(1, 2, 10_000), arm(3, 1, 0)], next)).toEqual([
    'stop: Stop one replica of version 1.',
    'weight: Version 1: from 100 % to 95 % of requests.',
    'start: Start 3 replicas of version 2.',
    'weight: Version 2: from 0 % to 5 % of requests.',
    'stop: Stop version 3 once its requests are answered.',
  ])
  expect(texts(next.arms, next)).toEqual([])
})

test('other keys and copies are told, also when they end', () => {
  const other = { sameKeys: false, sameMirror: false }
  const key = { id: id(4), hash: 'h', expiresAt: null }
  const mirrored = wish([arm(2, 1, 0)], { keys: [key], mirror: { versionId: id(2), share: 2_500 } })
  expect(texts(mirrored.arms, mirrored, other)).toEqual([
    'keys: 1 keys are accepted.',
    'mirror: Version 2: also copies of 25 % of live requests.',
  ])
  expect(texts([], wish([]), other)).toEqual(['keys: No key is needed any more.', 'mirror: No request is copied any more.'])
})
