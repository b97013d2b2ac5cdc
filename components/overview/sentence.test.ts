import { expect, test } from 'vitest'
import type { EndpointRow } from '@/lib/endpoints/view-schema'
import type { RolloutRow } from '@/lib/rollouts/view-schema'
import { houseSentence, worstFirst } from './sentence'

function endpoint(model: string, health: EndpointRow['health'], bad: number | null = 0): EndpointRow {
  return {
    id: model,
    model,
    environment: 'prod',
    live: 1,
    health,
    says: '3.1 % of requests fail',
    requests: 100,
    bad,
    p95: 10,
    rollout: null,
    returnTo: [],
    mayReturn: false,
    seenAt: null,
    unreadable: null,
  }
}
const held = { phase: 'holding' } as RolloutRow

test('what harms users comes first and is named', () => {
  const sentence = houseSentence({ endpoints: [endpoint('a', 'ok'), endpoint('b', 'harmed')], more: false, live: [], waiting: 0 })
  expect(sentence).toBe('b in prod fails users now: 3.1 % of requests fail. No rollout is under way.')
})

test('an unknown endpoint is never counted among those that serve', () => {
  expect(houseSentence({ endpoints: [endpoint('a', 'ok'), endpoint('b', 'unknown')], more: false, live: [], waiting: 0 })).not.toContain(
    'All',
  )
})

test('a list that was cut says nothing about all', () => {
  expect(houseSentence({ endpoints: [endpoint('a', 'ok')], more: true, live: [], waiting: 0 })).not.toContain('All')
})

test('holds and waiting approvals are counted', () => {
  expect(houseSentence({ endpoints: [endpoint('a', 'ok')], more: false, live: [held], waiting: 2 })).toBe(
    'The one endpoint serves. 1 rollout is under way, 1 held. 2 approvals wait for you.',
  )
})

test('a sentence about one environment says that it is about one', () => {
  const only = { endpoints: [endpoint('a', 'ok')], more: false, live: [], waiting: 0, environment: 'prod' }
  expect(houseSentence(only)).toBe('Only prod: The one endpoint serves. No rollout is under way.')
  expect(houseSentence({ ...only, endpoints: [] })).toBe('Nothing is served in prod.')
})

test('worst first; among equals the larger share of bad requests; no data is not zero', () => {
  const order = worstFirst([
    endpoint('fine', 'ok', 0),
    endpoint('silent', 'unknown', null),
    endpoint('ok-bad', 'ok', 0.01),
    endpoint('bad', 'harmed', 0.2),
  ])
  expect(order.map((each) => each.model)).toEqual(['bad', 'silent', 'ok-bad', 'fine'])
})
