import { describe, expect, test } from 'vitest'
import { EMPTY, type SigningKeys, signed } from './sign'

const SUITE: SigningKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const EXAMPLE: SigningKeys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const signature = (headers: Record<string, string>) => headers.authorization.split('Signature=')[1]

describe('the signature is the one that AWS published', () => {
  // AWS Signature Version 4 test suite: get-vanilla, get-utf8, get-space.
  test.each([
    ['/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['/%E1%88%B4', '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
    ['/example%20space/', '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741'],
  ])('for GET %s of its test suite', (path, expected) => {
    const url = new URL(`https://example.amazonaws.com${path}`)
    const at = new Date('2015-08-30T12:36:00Z')
    const headers = signed({ url, headers: {}, region: 'us-east-1', service: 'service', payload: EMPTY, at }, SUITE)
    expect(headers.authorization).toContain(
      'Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date,',
    )
    expect(signature(headers)).toBe(expected)
  })

  // Amazon S3 API Reference, "Signature Calculations for the Authorization Header": example GET Object.
  test('for the example of S3, with a range and the hash of the body', () => {
    const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt')
    const headers = { range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY }
    const at = new Date('2013-05-24T00:00:00Z')
    expect(signature(signed({ url, headers, region: 'us-east-1', service: 's3', payload: EMPTY, at }, EXAMPLE))).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    )
  })
})

test('a session token is sent and signed', () => {
  const given = { url: new URL('https://a.example/k'), headers: {}, region: 'r', service: 's3', payload: EMPTY, at: new Date(0) }
  const headers = signed(given, { ...SUITE, sessionToken: 'session' })
  expect(headers['x-amz-security-token']).toBe('session')
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
})
