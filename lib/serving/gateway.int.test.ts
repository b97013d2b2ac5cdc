import { createHash } from 'node:crypto'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { timeOfId } from '@/lib/id'
import { Harness } from './testing/harness'
import { until } from './testing/until'
import { arm, inferBody, wish } from './testing/wish'

let it: Harness
let served: Wish
let generation = 1

beforeAll(async () => {
  it = await Harness.open()
  served = await it.apply(wish([arm(it.digests.live), arm(it.digests.better, { role: 'candidate', number: 2, weight: 0 })]))
  // Who has no weight keeps no wish waiting.
  await until(() => it.observed(served).arms.every((one) => one.ready === 1))
})
afterAll(() => it.close())

async function reapply(over: Partial<Wish>): Promise<void> {
  generation += 1
  await it.apply({ ...served, ...over, generation, fence: generation })
}

test('a request is answered by the real model, and says by which version and arm', async () => {
  const before = Date.now()
  const response = await it.infer(served, inferBody(2))
  expect(response.status).toBe(200)
  expect(response.headers.get('x-model-version')).toBe('1')
  expect(response.headers.get('x-slipway-arm')).toBe('live')
  expect(response.headers.get('x-slipway-prediction')).toBeNull()
  const id = response.headers.get('x-request-id') ?? ''
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Math.abs(timeOfId(id) - before)).toBeLessThan(2_000)
  expect(await response.json()).toMatchObject({ model_name: 'delay', outputs: [{ name: 'probability', datatype: 'FP32', shape: [2, 1] }] })
})

test('the protocol tells of server, model and readiness', async () => {
  const get = async (path: string) => {
    const response = await fetch(`${it.url}/prod/v2${path}`)
    return { status: response.status, body: await response.json() }
  }
  expect(await get('')).toMatchObject({ status: 200, body: { name: 'slipway' } })
  expect(await get('/health/live')).toMatchObject({ status: 200 })
  expect(await get('/health/ready')).toMatchObject({ status: 200, body: { ready: true } })
  expect(await get('/models/delay/ready')).toMatchObject({ status: 200, body: { ready: true } })
  expect((await get('/models/delay')).body).toMatchObject({
    name: 'delay',
    platform: 'onnx',
    inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 8] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
  })
})

describe('a wrong request is told what is wrong', () => {
  test.each([
    ['not JSON', 'hello', 400, /not JSON/],
    ['an empty body', '', 400, /not JSON/],
    ['no inputs', '{}', 400, /wrong at inputs/],
    [
      'too few numbers',
      JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 8], data: [1] }] }),
      400,
      /has 8 elements, not 1/,
    ],
    ['a number that is none', inferBody().replace('8.5', '"x"'), 400, /Element 0 .* finite number/],
    ['infinity', inferBody().replace('8.5', '1e999'), 400, /Element 0 .* finite number/],
    ['too many rows', inferBody(5_000), 400, /5000 rows: send 1 to 4096/],
  ])('%s', async (_what, body, status, message) => {
    const response = await it.infer(served, body)
    expect(response.status).toBe(status)
    expect((await response.json()).error).toMatch(message)
  })

  test.each([
    ['another model', 'POST', '/prod/v2/models/none/infer', 404, /No model "none"/],
    ['another environment', 'POST', '/none/v2/models/delay/infer', 404, /environment "none"/],
    ['another address', 'POST', '/infer', 404, /POST \/ENVIRONMENT\/v2\/models\/MODEL\/infer/],
    ['another method', 'GET', '/prod/v2/models/delay/infer', 405, /Use POST/],
    ['a broken path', 'POST', '/%zz/v2/models/delay/infer', 400, /percent sign/],
    ['a path that climbs', 'GET', '/prod/v2/models/..%2f..%2fetc/ready', 404, /No model/],
  ])('%s', async (_what, method, path, status, message) => {
    const response = await fetch(`${it.url}${path}`, { method, body: method === 'POST' ? inferBody() : undefined })
    expect(response.status).toBe(status)
    expect((await response.json()).error).toMatch(message)
  })
})

describe('a body of 50 MB is refused', () => {
  const size = 50 * 1024 * 1024
  const head = 'POST /prod/v2/models/delay/infer HTTP/1.1\r\nhost: x\r\n'

  /** Sends raw bytes and resolves to the first answer. */
  function raw(start: string, body: () => Buffer | null): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(Number(new URL(it.url).port), '127.0.0.1')
      socket.once('data', (data) => {
        resolve(data.toString())
        socket.destroy()
      })
      socket.once('error', reject)
      const more = () => {
        for (let chunk = body(); chunk; chunk = body()) if (!socket.write(chunk)) return void socket.once('drain', more)
      }
      socket.write(start, more)
    })
  }

  test('before a byte of it is sent, when its length is announced', async () => {
    const answer = await raw(`${head}content-length: ${size}\r\n\r\n`, () => null)
    expect(answer).toMatch(/^HTTP\/1.1 413/)
    expect(answer).toMatch(/at most 4194304 are taken/)
  })

  test('before it is sent, when the client asks first', async () => {
    expect(await raw(`${head}content-length: ${size}\r\nexpect: 100-continue\r\n\r\n`, () => null)).toMatch(/^HTTP\/1.1 413/)
  })

  test('after 4 MB, when it comes in chunks, without being held', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 32), Buffer.from('\r\n')])
    const before = process.memoryUsage().arrayBuffers
    let left = size / 0x10000
    const answer = await raw(`${head}transfer-encoding: chunked\r\n\r\n`, () => (left-- > 0 ? chunk : null))
    expect(answer).toMatch(/^HTTP\/1.1 413/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6)
  })

  test('and a client that has sent it whole reads the answer', async () => {
    const response = await it.infer(served, new Uint8Array(size))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'too-large' })
  })
})

test('a pin leads to its arm, whatever the weights, and a wrong pin is named', async () => {
  const pinned = await it.infer(served, inferBody(), { 'x-slipway-arm': 'candidate' })
  expect(pinned.headers.get('x-model-version')).toBe('2')
  expect(pinned.headers.get('x-slipway-arm')).toBe('candidate')
  const wrong = await it.infer(served, inferBody(), { 'x-slipway-arm': 'both' })
  expect(wrong.status).toBe(400)
  expect((await wrong.json()).error).toMatch(/"live" or "candidate"/)
})

test('keys rotate with an overlap: old and new are taken, an ended one and a wrong one are not', async () => {
  const key = (text: string, expiresAt: number | null) => ({
    id: '00000000-0000-4000-8000-000000000000',
    hash: createHash('sha256').update(text).digest('hex'),
    expiresAt,
  })
  const call = async (shown?: string) => (await it.infer(served, inferBody(), shown ? { authorization: `Bearer ${shown}` } : {})).status
  await reapply({ keys: [key('old', null)] })
  expect([await call(), await call('old'), await call('new')]).toEqual([401, 200, 401])
  await reapply({ keys: [key('old', Date.now() + 60_000), key('new', null)] })
  expect([await call('old'), await call('new')]).toEqual([200, 200])
  await reapply({ keys: [key('old', Date.now() - 1), key('new', null)] })
  expect([await call('old'), await call('new')]).toEqual([401, 200])
  const ended = await it.infer(served, inferBody(), { authorization: 'Bearer old' })
  expect((await ended.json()).error).toMatch(/That key ended at/)
  expect((await fetch(`${it.url}/prod/v2/models/delay`)).status).toBe(401)
  await reapply({ keys: [] })
  expect(await call()).toBe(200)
})

test('without arms the answer is 503 no live version, and it counts for nobody', async () => {
  await reapply({ arms: [] })
  const response = await it.infer(served, inferBody())
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ error: 'no live version', code: 'no-live-version' })
  await reapply({ arms: served.arms })
  await until(() => it.observed(served).arms[0].ready === 1)
  expect((await it.infer(served, inferBody())).status).toBe(200)
})
