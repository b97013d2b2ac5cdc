import { expect, test } from 'vitest'
import type { TakeoverView } from '@/lib/endpoints/takeover/schema'
import { takeoverSentence } from './words'

const takeover: TakeoverView = {
  ...{ endpointId: '', model: 'flight-delay', environment: 'prod', clusters: ['cloud-1'], may: true, unreadable: null },
  ...{ kind: 'rescue', by: 'sam', host: null, routed: 1, since: '2026-11-21T10:00:00.000Z', at: '2026-11-21T10:00:00.000Z' },
}

test('what happened to a route is said first, and then what of it cannot be read', () => {
  expect(takeoverSentence(takeover)).toBe('Rescued by hand by sam: v1 has all traffic on cloud-1.')
  const unreadable = 'the wish on cloud-1 cannot be read: arms: x'
  expect(takeoverSentence({ ...takeover, unreadable })).toBe(
    'Rescued by hand by sam: v1 has all traffic on cloud-1. The wish on cloud-1 cannot be read: arms: x.',
  )
})

test('where what happened cannot be read, that is all that is said', () => {
  const unreadable = 'the reason why it is read-only cannot be read: kind: x'
  expect(takeoverSentence({ ...takeover, kind: null, routed: null, unreadable })).toBe(
    'The reason why it is read-only cannot be read: kind: x.',
  )
})
