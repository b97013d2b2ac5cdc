import { expect, test } from 'vitest'
import { identityCommand } from './identity-command'

test('the command puts the token into the Secret that the cluster’s pods read, also over one that is there', () => {
  const command = (serving?: object) => identityCommand({ driver: 'kubernetes', config: { namespace: 'models', serving } }, 'a-token')
  const rest = '--namespace models --from-literal=token=a-token --dry-run=client --output=yaml | kubectl apply --filename=-'
  expect(command()).toBe(`kubectl create secret generic slipway-identity ${rest}`)
  expect(command({ identitySecret: 'my-token' })).toBe(`kubectl create secret generic my-token ${rest}`)
})

test('a cluster of another kind is given the token itself', () => {
  expect(identityCommand({ driver: 'local', config: { adminUrl: 'http://127.0.0.1:1' } }, 'a-token')).toBeNull()
})
