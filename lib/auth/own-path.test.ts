import { expect, it } from 'vitest'
import { ownPath } from './own-path'

it('keeps a path of ours with its query', () => {
  expect(ownPath('/approvals/7?tab=plan')).toBe('/approvals/7?tab=plan')
})

it.each([
  undefined,
  ['/a', '/b'],
  '',
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/\t/evil.example/',
  '/\n/evil.example',
  'javascript:alert(1)',
])('never leads to another site: %j', (next) => {
  expect(ownPath(next)).toBe('/')
})
