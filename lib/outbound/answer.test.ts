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

const coded = (code: string) => Object.assign(new Error('raw words'), { code })

test.each([
  ['ECONNREFUSED', /^nobody listens there/],
  ['ETIMEDOUT', /^it did not answer in time$/],
  ['EHOSTUNREACH', /^there is no way to it$/],
  ['ENETUNREACH', /^there is no way to it$/],
  ['EPROTO', /^it does not speak TLS$/],
  ['CERT_NOT_YET_VALID', /^its certificate is not valid yet$/],
  ['CERT_HAS_EXPIRED', /^its certificate has expired$/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
])('no answer because of %s is said in words', (code, words) => {
  expect(reasonOf(coded(code), 'late', (cause) => cause)).toMatch(words)
})

test('what is asked by https and answers without TLS is said not to speak it', async () => {
  const { port } = server.address() as AddressInfo
  const error = await guardedDownload(`https://127.0.0.1:${port}/`, { allow: { loopback: true } }).catch((thrown: unknown) => thrown)
  expect(reasonOf(error, 'late', (cause) => cause)).toBe('it does not speak TLS')
})

test.each([
  ['before the first byte of its answer', '/at-once'],
  ['within an answer without a length', '/chunked'],
  ['within an answer with one', '/counted'],
])('whoever closes the connection %s is said to have closed it before the end, and not to have begun', async (_when, path) => {
  expect(await whyNot(path)).toBe('it closed the connection before its answer was complete')
})
