import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reasonOf, textOf } from './answer'
import { guardedDownload } from './guard'

const server = http.createServer((request, response) => {
  if (request.url === '/at-once') return void response.destroy()
  response.writeHead(200, request.url === '/counted' ? { 'content-length': 100 } : {}).write('the beginning', () => response.destroy())
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.close(resolve)))

async function whyNot(path: string): Promise<string> {
  const { port } = server.address() as AddressInfo
  try {
    const { body } = await guardedDownload(`http://127.0.0.1:${port}${path}`, { allow: { loopback: true } })
    return (await textOf(body, 1_000)).text
  } catch (error) {
    return reasonOf(error, 'late', (cause) => cause)
  }
}

test.each([
  ['before the first byte of its answer', '/at-once'],
  ['within an answer without a length', '/chunked'],
  ['within an answer with one', '/counted'],
])('whoever closes the connection %s is said to have closed it before the end, and not to have begun', async (_when, path) => {
  expect(await whyNot(path)).toBe('it closed the connection before its answer was complete')
})
