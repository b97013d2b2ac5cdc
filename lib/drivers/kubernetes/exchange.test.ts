import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { HttpMethod, RequestContext } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CERTIFICATE_A, KEY_A } from '@/lib/clusters/certificates.fixture'
import { unansweredOf } from './answer'
import { exchange } from './exchange'

const PODS = JSON.stringify({ items: Array.from({ length: 1_000 }, (_, i) => ({ metadata: { name: `pod-${i}` } })) })
const MORE_THAN_IS_READ = 33 * 2 ** 20
const ANSWERS: Record<string, { status?: number; encoding?: string; body: Buffer }> = {
  '/plain': { body: Buffer.from(PODS) },
  '/packed': { encoding: 'gzip', body: gzipSync(PODS) },
  '/swollen': { encoding: 'gzip', body: gzipSync(Buffer.alloc(MORE_THAN_IS_READ)) },
  '/long': { body: Buffer.alloc(MORE_THAN_IS_READ) },
  '/broken': { encoding: 'gzip', body: Buffer.from('no gzip') },
  '/cut': { encoding: 'gzip', body: gzipSync(PODS).subarray(0, -20) },
  '/empty': { encoding: 'gzip', body: Buffer.alloc(0) },
  '/refused': { status: 401, encoding: 'GZIP', body: Buffer.from('no gzip') },
}
const accepted = new Set<string | undefined>()
const server = https.createServer({ cert: CERTIFICATE_A, key: KEY_A }, (request, response) => {
  accepted.add(request.headers['accept-encoding'])
  const { status = 200, encoding, body } = ANSWERS[request.url ?? '']
  response.writeHead(status, encoding ? { 'content-encoding': encoding } : {}).end(body)
})
const agent = new https.Agent({ ca: CERTIFICATE_A, servername: 'slipway-a' })

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  agent.destroy()
  server.closeAllConnections()
  server.close()
})

function ask(path: string) {
  const { port } = server.address() as AddressInfo
  return exchange(new RequestContext(`https://127.0.0.1:${port}${path}`, HttpMethod.GET), agent, AbortSignal.timeout(30_000), true)
}

test('an answer is the same whether the server packed it or not, and it is asked to', async () => {
  for (const path of ['/plain', '/packed']) expect((await ask(path)).body.toString()).toBe(PODS)
  expect([...accepted]).toEqual(['gzip'])
})

test('an answer without words keeps its status, also where it says that they are packed', async () => {
  expect(await ask('/empty')).toEqual({ status: 200, body: Buffer.alloc(0) })
  expect(await ask('/refused')).toEqual({ status: 401, body: Buffer.alloc(0) })
})

test.each([
  ['/long', /longer than 32 MB/],
  ['/swollen', /longer than 32 MB/],
  ['/broken', /cannot be unpacked/],
  ['/cut', /its end is missing/],
])('of %s nothing is read, and why is said', async (path, why) => {
  const failure = await ask(path).then(
    () => null,
    (error) => unansweredOf(error, false),
  )
  expect(failure).toMatchObject({ ok: false, kind: 'unreachable', reason: expect.stringMatching(why) })
})
