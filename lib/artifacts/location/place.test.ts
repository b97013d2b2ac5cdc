import { describe, expect, test } from 'vitest'
import { keptLocation, readLocation } from './place'
import { objectUrl, s3Refusal } from './s3'
import { FetchedLocation, ImportArtifact, Location } from './schema'

describe('a location', () => {
  test.each([
    ['https://models.example.org/fraud/3.onnx', { kind: 'https', url: 'https://models.example.org/fraud/3.onnx' }],
    ['s3://models/fraud/model 3 (final)+?#ü.onnx', { kind: 's3', bucket: 'models', key: 'fraud/model 3 (final)+?#ü.onnx' }],
    ['s3://models/a//b', { kind: 's3', bucket: 'models', key: 'a//b' }],
    ['pvc://shared.models/fraud/model.onnx', { kind: 'pvc', claim: 'shared.models', path: 'fraud/model.onnx' }],
  ])('%s is read', (text, expected) => {
    expect(readLocation(text)).toEqual(expected)
  })

  test.each([
    ['', /^Write https:/],
    ['ftp://a.example/x', /^Write https:/],
    ['/etc/passwd', /^Write https:/],
    ['file:///etc/passwd', /^Write https:/],
    ['http://a.example/x', /http is not taken/],
    ['https://user:secret@a.example/x', /user name or password/],
    ['https://a.example:99999/x', /malformed/],
    ['https://a.example/x#part', /fragment/],
    ['https://a.example/x\nHost: b', /control character/],
    ['s3://Models/x', /"Models" is no bucket/],
    ['s3://models', /names no file/],
    ['s3://models/folder/', /names no file/],
    ['s3://models/a/../b', /part that is "\."/],
    [`s3://models/${'ü'.repeat(600)}`, /longer than 1024 bytes/],
    ['pvc://claim_1/x', /no claim/],
    ['pvc://claim', /names no file/],
    ['pvc://claim//etc/passwd', /names no file/],
    ['pvc://claim/../../etc/passwd', /part that is "\."/],
  ])('%j is refused by name', (text, expected) => {
    expect(readLocation(text)).toMatch(expected)
    expect(Location.safeParse(text).error?.issues[0].message).toMatch(expected)
  })

  test('with a query is fetched and not kept: it may be a signed one', () => {
    const address = 'https://a.example/x?X-Amz-Signature=secret'
    expect(FetchedLocation.parse(address)).toBe(address)
    expect(keptLocation(address)).toBeNull()
    expect(Location.safeParse(address).error?.issues[0].message).toMatch(/not kept/)
    expect(keptLocation('s3://models/what?')).toBe('s3://models/what?')
  })

  test('on a volume is kept and never fetched, and says what to do instead', () => {
    expect(Location.parse('pvc://claim/x')).toBe('pvc://claim/x')
    expect(FetchedLocation.safeParse('pvc://claim/x').error?.issues[0].message).toMatch(/cannot read a volume.*Upload the file/)
  })
})

test.each([
  ['sha256', /SHA-256: sha256sum/],
  ['bytes', /size in bytes, as wc -c/],
])('without %s nothing is fetched, and it is said how it is found', (missing, expected) => {
  const whole = { location: 'https://a.example/x', sha256: 'a'.repeat(64), bytes: 1 }
  const { [missing as keyof typeof whole]: _gone, ...rest } = whole
  expect(ImportArtifact.safeParse(rest).error?.issues).toEqual([
    expect.objectContaining({ path: [missing], message: expect.stringMatching(expected) }),
  ])
  expect(ImportArtifact.safeParse(whole).success).toBe(true)
})

test.each([
  [{ accessKeyId: 'AKIA' }, 's3.keys.secretAccessKey', /^A secret access key is missing: give both keys/],
  [{ secretAccessKey: 'x y', accessKeyId: 'AKIA' }, 's3.keys.secretAccessKey', /^A secret access key: .*without spaces/],
  [{ secretAccessKey: 'x' }, 's3.keys.accessKeyId', /^An access key id is missing: give both keys/],
])('of keys %o it is said what is missing or wrong', (keys, path, expected) => {
  const whole = { location: 's3://models/x', sha256: 'a'.repeat(64), bytes: 1, s3: { keys } }
  const [issue] = ImportArtifact.safeParse(whole).error?.issues ?? []
  expect([issue?.path.join('.'), issue?.message]).toEqual([path, expect.stringMatching(expected)])
})

describe('the address of an object', () => {
  const amazon = { endpoint: null, region: 'eu-west-1' }
  test.each([
    [{ bucket: 'models', key: 'a/b.onnx' }, amazon, 'https://models.s3.eu-west-1.amazonaws.com/a/b.onnx'],
    [{ bucket: 'my.models', key: 'a' }, amazon, 'https://s3.eu-west-1.amazonaws.com/my.models/a'],
    [{ bucket: 'models', key: 'a' }, { endpoint: null, region: 'cn-north-1' }, 'https://models.s3.cn-north-1.amazonaws.com.cn/a'],
    [
      { bucket: 'models', key: 'a' },
      { endpoint: 'https://minio.example.org:9000', region: 'x' },
      'https://minio.example.org:9000/models/a',
    ],
    [
      { bucket: 'models', key: "a b+c?d#e%f(g)!*'ü" },
      amazon,
      'https://models.s3.eu-west-1.amazonaws.com/a%20b%2Bc%3Fd%23e%25f%28g%29%21%2A%27%C3%BC',
    ],
  ])('%o of %o', (object, server, expected) => {
    expect(objectUrl(object, server).href).toBe(expected)
  })
})

test.each([
  [404, '<Error><Code>NoSuchKey</Code></Error>', /no such key/],
  [403, '<Error><Code>SignatureDoesNotMatch</Code><StringToSign>secret</StringToSign></Error>', /^the secret access key does not belong/],
  [
    301,
    '<Error><Code>PermanentRedirect</Code><Endpoint>models.s3.eu-west-1.amazonaws.com</Endpoint></Error>',
    /another region than the one/,
  ],
  [
    400,
    "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>",
    /set the region eu-west-1$/,
  ],
  [400, '<Error><Code>AuthorizationHeaderMalformed</Code><Region>ap-south-1</Region></Error>', /set the region ap-south-1$/],
  [403, '<html>proxy</html>', /^it does not allow this$/],
  [404, '', /no such bucket or key/],
  [418, '<Error><Code>Brewing</Code></Error>', /^Brewing$/],
])('%i with %s is said in words', (status, body, expected) => {
  expect(s3Refusal(status, body)).toMatch(expected)
})
