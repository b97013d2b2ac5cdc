import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { POST } from '@/app/api/v1/artifacts/route'
import { db } from '@/lib/db'
import { findVersionParts } from '@/lib/endpoints/store'
import { env } from '@/lib/env'
import { registerVersion } from '@/lib/versions/commands'
import { getVersion } from '@/lib/versions/queries'
import { actorIn, newModel, saltedModel, value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { artifactPath } from '../store'
import { importArtifact } from './import'
import { httpsServer, KEYS, Storage, toThisMachine } from './storage.fixture'

testDatabase()

const engineer = actorIn(null, 'engineer')
const model = saltedModel('far away')
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const tokens: (string | undefined)[] = []
const storage = new Storage()
let far: Awaited<ReturnType<typeof httpsServer>>
let elsewhere: Awaited<ReturnType<typeof httpsServer>>

beforeAll(async () => {
  env().SLIPWAY_ARTIFACT_SOURCES.push('loopback')
  await storage.open()
  elsewhere = await httpsServer((request, response) => {
    tokens.push(request.headers.authorization)
    response.end(model)
  })
  far = await httpsServer((request, response) => {
    tokens.push(request.headers.authorization)
    const moved = (to: string) => response.writeHead(302, { location: to }).end()
    const { url = '' } = request
    if (url.startsWith('/model.onnx')) return void response.end(model)
    if (url === '/moved') return void moved(`${elsewhere.url}/model.onnx?signature=secret`)
    if (url === '/round') return void moved('/round')
    if (url === '/inwards') return void moved('https://169.254.169.254/latest/meta-data/')
    if (url === '/plain') return void moved('http://slipway-a/model.onnx')
    if (url === '/other') return void response.end(saltedModel('the other'))
    if (url === '/endless') return void pour(response)
    if (url === '/closed') return void response.destroy()
    if (url === '/broken') return void response.writeHead(200).write(model.subarray(0, 50), () => response.destroy())
    if (url === '/pickle') return void response.end('\x80\x04pickle')
    if (url === '/page') return void response.end('<!doctype html><p>Sign in')
    response.writeHead(Number(url.slice(1)) || 404).end('secret reasons')
  })
})
afterAll(async () => {
  await Promise.all([storage.close(), far.close(), elsewhere.close()])
})

function pour(response: { write(bytes: Buffer): boolean; on(event: string, then: () => void): unknown }): void {
  const more = () => {
    while (response.write(Buffer.alloc(65_536)));
  }
  response.on('drain', more)
  more()
}

const left = () => {
  const folder = path.join(env().SLIPWAY_DATA_DIR, 'artifacts', 'uploads')
  return existsSync(folder) ? readdirSync(folder) : []
}
const of = (bytes: Uint8Array) => ({ sha256: digestOf(bytes), bytes: bytes.length })
const bring = (input: object) => importArtifact(engineer, { ...of(model), ...input }, new AbortController().signal, toThisMachine)
const s3 = (over: object = {}) => ({ endpoint: storage.url, region: 'eu-west-1', keys: KEYS, ...over })

it('fetches a file over https once, keeps it under its SHA-256, and a version names where it lies', async () => {
  const { engineer: own, slug } = await newModel()
  const info = await bring({ location: `${far.url}/model.onnx` })
  const location = `${far.url}/model.onnx`
  expect(info).toMatchObject({ digest: digestOf(model), bytes: model.length, format: 'onnx', location })
  expect(readFileSync(artifactPath(info.digest)).equals(model)).toBe(true)
  const made = value(await registerVersion(own, { model: slug, digest: info.digest, location: info.location }))
  const bare = value(await registerVersion(own, { model: slug, digest: info.digest }))
  const parts = await findVersionParts(db(), [made.id, bare.id])
  expect(parts.get(made.id)).toHaveProperty('location', location)
  // A version without one wishes what it wished before there were any.
  expect(parts.get(bare.id)).not.toHaveProperty('location')
  expect(await getVersion(own, slug, 1)).toMatchObject({ location: `${far.url}/model.onnx`, digest: info.digest })
})

it('follows a redirect to https, shows the token to the first host alone, and keeps no address with a query', async () => {
  tokens.length = 0
  await bring({ location: `${far.url}/moved`, token: 'a-token' })
  expect(tokens).toEqual(['Bearer a-token', undefined])
  expect((await bring({ location: `${far.url}/model.onnx?signature=secret` })).location).toBeNull()
})

it('fetches an object by a signed request, also under a key with odd characters', async () => {
  for (const key of ['fraud/model.onnx', "fraud v2/ü+(1)!*'?#%.onnx"]) {
    storage.objects.set(`/models/${key}`, model)
    expect(await bring({ location: `s3://models/${key}`, s3: s3() })).toMatchObject({
      digest: digestOf(model),
      location: `s3://models/${key}`,
    })
  }
})

const REFUSED: [string, () => object, string, RegExp][] = [
  ['a file that is not there', () => ({ location: `${far.url}/404` }), 'invalid', /slipway-a:\d+ answered 404: there is no such file\.$/],
  ['a file that is not open', () => ({ location: `${far.url}/403` }), 'invalid', /answered 403: the file is not open to all: give a token/],
  ['a token that is not taken', () => ({ location: `${far.url}/401`, token: 'x' }), 'invalid', /answered 401: it does not take the token/],
  ['a server that cannot answer', () => ({ location: `${far.url}/503` }), 'unavailable', /answered 503: it cannot answer now/],
  [
    'another file',
    () => ({ location: `${far.url}/other`, bytes: saltedModel('the other').length }),
    'invalid',
    /has the SHA-256 [0-9a-f]{64}, not/,
  ],
  ['another size', () => ({ location: `${far.url}/model.onnx`, bytes: 7 }), 'invalid', /has \d+ bytes, not 7/],
  ['an answer without end', () => ({ location: `${far.url}/endless` }), 'invalid', /has more than \d+ bytes/],
  [
    'an answer that breaks off',
    () => ({ location: `${far.url}/broken` }),
    'unavailable',
    /closed the connection before its answer was complete/,
  ],
  ['no answer at all', () => ({ location: `${far.url}/closed` }), 'unavailable', /closed the connection before its answer was complete/],
  ['a redirect without end', () => ({ location: `${far.url}/round` }), 'invalid', /redirects more than 3 times/],
  ['a redirect to metadata', () => ({ location: `${far.url}/inwards` }), 'invalid', /link-local address/],
  ['a redirect to http', () => ({ location: `${far.url}/plain` }), 'invalid', /not https: it is not followed/],
  ['what is no model', () => ({ location: `${far.url}/page`, ...of(Buffer.from('<!doctype html><p>Sign in')) }), 'unsupported', /ONNX/],
  ['nobody there', () => ({ location: 'https://slipway-a:1/x' }), 'unavailable', /nobody listens there/],
  [
    'another name than the certificate',
    () => ({ location: `${far.url.replace('slipway-a', 'slipway-b')}/x` }),
    'unavailable',
    /certificate is for another name/,
  ],
  ['metadata', () => ({ location: 'https://169.254.169.254/x' }), 'invalid', /link-local/],
  ['a volume', () => ({ location: 'pvc://claim/x' }), 'invalid', /cannot read a volume of a cluster/],
  ['no digest', () => ({ location: `${far.url}/model.onnx`, sha256: undefined }), 'invalid', /sha256sum model\.onnx/],
  ['an object that is not there', () => ({ location: 's3://models/none', s3: s3() }), 'invalid', /answered 404: there is no such key/],
  ['another region', () => ({ location: 's3://models/none', s3: s3({ region: 'us-east-1' }) }), 'invalid', /set the region eu-west-1/],
  [
    'an unknown key id',
    () => ({ location: 's3://models/none', s3: s3({ keys: { ...KEYS, accessKeyId: 'X' } }) }),
    'invalid',
    /does not know this access key id/,
  ],
  [
    'a wrong secret',
    () => ({ location: 's3://models/none', s3: s3({ keys: { ...KEYS, secretAccessKey: 'X' } }) }),
    'invalid',
    /secret access key does not belong/,
  ],
  [
    'a bucket that is not public',
    () => ({ location: 's3://models/none', s3: s3({ keys: undefined }) }),
    'invalid',
    /may not read this object/,
  ],
]
it.each(REFUSED)('refuses %s by name, and nothing of it stays', async (_name, input, code, message) => {
  await expect(bring(input())).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  expect(left()).toEqual([])
})

it('says what is wrong with an S3 server at its field', async () => {
  const at = (over: object) => bring({ location: 's3://models/none', s3: s3(over) })
  await expect(at({ endpoint: 'http://169.254.169.254' })).rejects.toMatchObject({
    fields: [{ path: 's3.endpoint', message: expect.stringMatching(/^169\.254\.169\.254 is a link-local address/) }],
  })
})

it('fetches nothing for a viewer, nor from networks of its own unless whoever runs the house allows them', async () => {
  const input = { location: `${far.url}/model.onnx`, ...of(model) }
  const { signal } = new AbortController()
  await expect(importArtifact(actorIn(null, 'viewer'), input, signal, toThisMachine)).rejects.toMatchObject({ code: 'forbidden' })
  env().SLIPWAY_ARTIFACT_SOURCES.length = 0
  await expect(bring(input)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/loopback.*SLIPWAY_ARTIFACT_SOURCES/),
  })
  env().SLIPWAY_ARTIFACT_SOURCES.push('loopback')
})

it('ends when whoever asked goes away', async () => {
  const away = new AbortController()
  const importing = importArtifact(
    engineer,
    { ...of(Buffer.alloc(9)), bytes: 400_000_000, location: `${far.url}/endless` },
    away.signal,
    toThisMachine,
  )
  away.abort()
  await expect(importing).rejects.toMatchObject({ code: 'unavailable' })
  expect(left()).toEqual([])
})

it('has a door for machines, which asks who is there', async () => {
  const answer = await POST(new Request('http://web/api/v1/artifacts', { method: 'POST', body: '{}' }), { params: Promise.resolve({}) })
  expect(answer.status).toBe(401)
})
