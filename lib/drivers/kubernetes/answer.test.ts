import { expect, test } from 'vitest'
import { failureOf, unansweredOf } from './answer'
import { changedFields } from './changed-fields'

const status = (reason: string, message: string) => JSON.stringify({ kind: 'Status', reason, message })

test.each([
  [401, '', 'unauthorized', /wrong, expired or revoked/],
  [403, status('Forbidden', 'pods is forbidden'), 'forbidden', /^pods is forbidden$/],
  [404, status('NotFound', 'x not found'), 'not-found', /x not found/],
  [404, '404 page not found', 'not-served', /does not serve this kind/],
  [409, status('AlreadyExists', 'x exists'), 'exists', /x exists/],
  [409, status('Conflict', 'the object has been modified'), 'conflict', /modified/],
  [410, status('Expired', 'too old resource version'), 'expired', /too old/],
  [422, status('Invalid', 'weight: must be at least 0'), 'invalid', /weight/],
  [429, '', 'throttled', /less often/],
  [500, status('InternalError', 'etcd is gone'), 'unreachable', /etcd is gone/],
  [502, '<html>secret</html>', 'unreachable', /no API server that works/],
  [302, '', 'unreachable', /not followed/],
  [418, '', 'failed', /no API server/],
] as const)('an answer of %i %j is %s', (code, body, kind, reason) => {
  const failure = failureOf(code, body)
  expect(failure).toMatchObject({ ok: false, kind })
  expect(failure.reason).toMatch(reason)
  expect(failure.reason).not.toContain('secret')
})

test.each([
  ['ECONNREFUSED', /nobody listens/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /not signed by the CA/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /another name/],
  ['ENOTFOUND', /not known/],
  ['EHOSTUNREACH', /no way to it/],
])('no answer because of %s is said in words', (code, reason) => {
  expect(unansweredOf(Object.assign(new Error('x'), { code }), false).reason).toMatch(reason)
  expect(unansweredOf(new Error('x'), true).reason).toMatch(/in time/)
})

test('the difference of two objects is told by field, without what the API server or the driver keeps for itself', () => {
  const before = { metadata: { resourceVersion: '1', annotations: { 'slipway.dev/fence': '1' } }, spec: { replicas: 1, gone: true } }
  const after = {
    metadata: { resourceVersion: '2', annotations: { 'slipway.dev/fence': '2' } },
    spec: { replicas: 2, args: ['a'] },
    status: {},
  }
  expect(changedFields(before, after)).toEqual(['spec.args[0] becomes "a"', 'spec.gone goes (was true)', 'spec.replicas from 1 to 2'])
  expect(changedFields(before, before)).toEqual([])
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, i]))
  expect(changedFields({}, many)).toHaveLength(9)
})
