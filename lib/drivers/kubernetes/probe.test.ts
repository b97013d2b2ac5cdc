import { expect, test } from 'vitest'
import { failureOf } from './answer'
import { gatewayWords } from './probe'

const gateway = { name: 'public', namespace: 'gateways' }
const there = { ok: true, value: {} } as const
const status = (reason: string) => JSON.stringify({ kind: 'Status', reason })
const forbidden = failureOf(403, status('Forbidden'))

test('a cluster without Gateway API is told as such, also by a role that may not read gateways', () => {
  const notServed = failureOf(404, '404 page not found')
  expect(gatewayWords({ group: notServed, classes: forbidden, own: forbidden }, gateway)).toBe('no Gateway API: traffic cannot be split')
})

test('what the role may not read is called neither missing nor broken', () => {
  const words = gatewayWords({ group: there, classes: forbidden, own: forbidden }, gateway)
  expect(words).toBe(
    'gateway classes not looked at, as the role may not read it; gateway gateways/public not looked at, as the role may not read it',
  )
})

test('a gateway that is not there is told apart from one that is, and from one that could not be read just now', () => {
  const classes = { ok: true, value: [{ metadata: { name: 'envoy' } }] } as const
  const words = (own: typeof there | ReturnType<typeof failureOf> | null) => gatewayWords({ group: there, classes, own }, own && gateway)
  expect(words(failureOf(404, status('NotFound')))).toBe('gateway classes envoy; gateway gateways/public: there is none')
  expect(words(there)).toBe('gateway classes envoy; gateway gateways/public found')
  expect(words(failureOf(503, ''))).toBe('gateway classes envoy; gateway gateways/public not readable now')
  expect(words(null)).toBe('gateway classes envoy; no gateway set: routes attach to Services, for a mesh')
})
