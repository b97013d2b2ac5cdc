import { expect, it } from 'vitest'
import { namesThisMachine } from './example-accounts'
import { fromOwnPage } from './same-origin'

const host = '127.0.0.1:3000'

it.each([
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{ 'sec-fetch-site': 'cross-site', origin: `http://${host}` }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ origin: `http://${host}`, host }, true],
  [{ origin: 'http://evil.example', host }, false],
  [{ origin: 'null', host }, false],
  [{ host }, false],
])('lets a cookie change something only from our own pages: %j', (headers, ours) => {
  expect(fromOwnPage(new Headers(headers as Record<string, string>))).toBe(ours)
})

it.each([
  ['127.0.0.1:3000', true],
  ['localhost', true],
  ['[::1]:3000', true],
  ['evil.example:3000', false],
  ['127.0.0.1.evil.example', false],
  [null, false],
])('offers the example accounts only to browsers that name this machine: %s', (name, offered) => {
  expect(namesThisMachine(name)).toBe(offered)
})
