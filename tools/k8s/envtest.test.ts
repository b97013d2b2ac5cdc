import { expect, test } from 'vitest'
import { archivesOf } from './envtest'

const INDEX = `releases:
  v1.36.2:
    envtest-v1.36.2-darwin-arm64.tar.gz:
      hash: aa
      selfLink: https://example.invalid/darwin
    envtest-v1.36.2-linux-amd64.tar.gz:
      hash: bb
      selfLink: https://example.invalid/linux-2
  v1.36.10:
    envtest-v1.36.10-linux-amd64.tar.gz:
      hash: cc
      selfLink: https://example.invalid/linux-10
`

test('of an envtest index only the archives of the system are read, the newest first', () => {
  expect(archivesOf(INDEX, 'linux', 'amd64')).toEqual([
    { version: 'v1.36.10', sha512: 'cc', url: 'https://example.invalid/linux-10' },
    { version: 'v1.36.2', sha512: 'bb', url: 'https://example.invalid/linux-2' },
  ])
  expect(archivesOf(INDEX, 'linux', 's390x')).toEqual([])
})
