import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveInternal } from './internal'

const TOKEN = 'a-token-of-thirty-two-characters'
let server: Awaited<ReturnType<typeof serveInternal>>
let unready: string | null = null

beforeAll(async () => {
  server = await serveInternal({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    answers: {
      echo: async (body) => ({ status: 200, body }),
      fails: async () => {
        throw new Error('password=hunter2')
      },
    },
    unready: () => unready,
    tlsDir: null,
  })
})
afterAll(() => server.close())

async function ask(path: string, body: string, token = TOKEN, method = 'POST') {
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(method === 'POST' ? { body } : {}),
  })
  return { status: response.status, body: await response.text() }
}

test('without the right token nothing is answered, whatever is asked', async () => {
  for (const token of ['', 'wrong', TOKEN.slice(1), `${TOKEN}x`]) expect((await ask('echo', '{}', token)).status).toBe(401)
})

test('a question is answered; one that there is not, or by GET, is not found', async () => {
  expect(await ask('echo', '{"a":1}')).toEqual({ status: 200, body: '{"a":1}' })
  for (const path of ['none', 'constructor', '__proto__', '']) expect((await ask(path, '{}')).status).toBe(404)
  expect((await ask('echo', '', TOKEN, 'GET')).status).toBe(404)
})

test('a body that is no JSON or too long is refused with the reason', async () => {
  expect(await ask('echo', '{')).toMatchObject({ status: 422, body: expect.stringContaining('JSON') })
  expect(await ask('echo', `"${'x'.repeat(200_000)}"`)).toMatchObject({ status: 422, body: expect.stringContaining('100000') })
})

test('what fails inside is not told outside', async () => {
  const answer = await ask('fails', '{}')
  expect(answer.status).toBe(500)
  expect(answer.body).not.toContain('hunter2')
})

test('a probe needs no token: it hears that the process lives, and whether it can work, and nothing else', async () => {
  expect(await ask('live', '', '', 'GET')).toEqual({ status: 200, body: '{"ok":true}' })
  expect((await ask('ready', '', '', 'GET')).status).toBe(200)
  unready = 'no database'
  expect(await ask('ready', '', '', 'GET')).toEqual({ status: 503, body: '{"ok":false,"reason":"no database"}' })
  expect((await ask('live', '', '', 'GET')).status).toBe(200)
  for (const path of ['live', 'ready']) expect((await ask(path, '{}', '')).status).toBe(401)
})
