import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../free-port.mjs'
import { waitUntilReady } from './ready.mjs'

const web = { ok: true, says: 'answers' }
const slow = { ok: false, parts: { web, engine: { ok: false, says: 'not started yet' } } }
let server: Server
let url = ''
let ready = false

beforeAll(async () => {
  server = createServer((_, response) => response.writeHead(ready ? 200 : 503).end(JSON.stringify(slow)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

function supervisor(failures: Record<string, number> = {}) {
  return { failures: (name: string) => failures[name] ?? 0, tail: (name: string) => `${name} said this last` }
}
const { signal } = new AbortController()

test('a house that is slow is waited for, and the parts that are not ready are named meanwhile', async () => {
  const told: string[] = []
  const tell = (line: string) => {
    told.push(line)
    ready = true
  }
  await waitUntilReady(url, supervisor(), ['engine', 'web'], signal, { tell, tellEveryMs: 0 })
  expect(told).toEqual(['  Not ready yet: engine not started yet'])
})

test('one that never gets ready is given up with the parts that are not', async () => {
  ready = false
  const wait = waitUntilReady(url, supervisor(), ['engine'], signal, { giveUpAfterMs: 200 })
  await expect(wait).rejects.toThrow(/^Not ready after \d+ s: engine not started yet$/)
})

test('a part that ends again and again is told at once, with what it said last', async () => {
  ready = false
  await expect(waitUntilReady(url, supervisor({ engine: 4 }), ['web', 'engine'], signal)).rejects.toThrow('engine said this last')
})

test('where web is not there yet, that is said', async () => {
  const wait = waitUntilReady(`http://127.0.0.1:${await freePort()}`, supervisor(), [], signal, { giveUpAfterMs: 0 })
  await expect(wait).rejects.toThrow(/web does not answer/)
})
