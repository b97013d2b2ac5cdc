import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Allow } from './address'
import { addressRefusal } from './address'
import { checkTarget, guardedFetch, guardedLookup, OutboundRefused, outbound } from './guard'

const YES = /^$/
const both: Allow = { loopback: true, private: true }
const asPrivate: Allow = { private: true }

/** Address, what is allowed, and what the refusal says; `YES`: it is asked. */
const TARGETS: [string, Allow, RegExp][] = [
  ['https://hooks.example.org/x', {}, YES],
  ['http://1.1.1.1:8080/', {}, YES],
  ['https://[2606:4700:4700::1111]/', {}, YES],
  ['https://a.example.org./path?q=@x', {}, YES],
  ['https://münchen.example/', {}, YES],
  ['https://10.0.0.7:6443', asPrivate, YES],
  ['https://172.31.255.254:6443', asPrivate, YES],
  ['https://192.168.1.5:6443', asPrivate, YES],
  ['https://100.64.0.1', asPrivate, YES],
  ['https://[fd12:3456::1]:6443', asPrivate, YES],
  ['https://kubernetes.default.svc', asPrivate, YES],
  ['https://127.0.0.1:6443', both, YES],
  ['https://localhost:6443', both, YES],
  ['https://[::1]:6443', both, YES],
  ['https://[::ffff:10.0.0.1]', asPrivate, YES],
  ['https://[64:ff9b::8.8.8.8]', {}, YES],
  // Metadata: whatever is allowed.
  ['http://169.254.169.254/latest/meta-data/', both, /link-local/],
  ['http://169.254.170.2/v2/credentials', both, /link-local/],
  ['http://[fd00:ec2::254]/latest/', both, /metadata/],
  ['http://[fd20:ce::254]/', both, /metadata/],
  ['http://100.100.100.200/latest/', both, /metadata/],
  ['http://168.63.129.16/machine', both, /metadata/],
  ['http://192.0.0.192/', both, /metadata/],
  ['http://metadata.google.internal/computeMetadata/v1/', both, /metadata/],
  ['http://METADATA.google.internal./', both, /metadata/],
  ['http://metadata/', both, /metadata/],
  ['http://instance-data.ec2.internal/', both, /metadata/],
  ['http://[::ffff:169.254.169.254]/', both, /link-local/],
  ['http://[64:ff9b::169.254.169.254]/', both, /link-local/],
  ['http://[::ffff:100.100.100.200]/', both, /metadata/],
  ['http://2852039166/', both, /link-local/],
  // This machine, written in many ways.
  ['http://127.0.0.1/', asPrivate, /loopback/],
  ['http://127.1/', asPrivate, /loopback/],
  ['http://2130706433/', asPrivate, /loopback/],
  ['http://0177.0.0.1/', asPrivate, /loopback/],
  ['http://0x7f000001/', asPrivate, /loopback/],
  ['http://0x7f.0.0.1/', asPrivate, /loopback/],
  ['http://127.0.0.1./', asPrivate, /loopback/],
  ['http://%31%32%37.0.0.1/', asPrivate, /loopback/],
  ['http://127。0。0。1/', asPrivate, /loopback/],
  ['http://１２７.0.0.1/', asPrivate, /loopback/],
  ['http://[::1]/', asPrivate, /loopback/],
  ['http://[0:0:0:0:0:0:0:1]/', asPrivate, /loopback/],
  ['http://[::ffff:127.0.0.1]/', asPrivate, /loopback/],
  ['http://[64:ff9b::127.0.0.1]/', asPrivate, /loopback/],
  ['http://localhost/', asPrivate, /this machine/],
  ['http://LOCALHOST./', asPrivate, /this machine/],
  ['http://ⓛocalhost/', asPrivate, /this machine/],
  ['http://a.localhost/', asPrivate, /this machine/],
  ['http://localhost.localdomain/', asPrivate, /this machine/],
  ['http://0.0.0.0/', both, /unspecified/],
  ['http://0/', both, /unspecified/],
  ['http://[::]/', both, /unspecified/],
  // Private networks where they are not allowed.
  ['http://10.0.0.1/', {}, /private network/],
  ['http://172.16.0.1/', {}, /private network/],
  ['http://192.168.0.1/', {}, /private network/],
  ['http://100.64.0.1/', {}, /private network/],
  ['http://[fc00::1]/', {}, /private network/],
  ['http://[::ffff:10.0.0.1]/', {}, /private network/],
  ['http://[64:ff9b::10.0.0.1]/', {}, /private network/],
  // What no server has.
  ['http://255.255.255.255/', both, /broadcast/],
  ['http://224.0.0.1/', both, /multicast/],
  ['http://[ff02::1]/', both, /multicast/],
  ['http://[fe80::1]/', both, /link-local/],
  ['http://240.0.0.1/', both, /reserved/],
  ['http://192.0.2.1/', both, /reserved/],
  ['http://198.18.0.1/', both, /reserved/],
  ['http://[::127.0.0.1]/', both, /reserved/],
  ['http://[::ffff:0:127.0.0.1]/', both, /reserved/],
  ['http://[64:ff9b:1::7f00:1]/', both, /reserved/],
  ['http://[2002:7f00:1::]/', both, /reserved/],
  ['http://[2001:0:7f00:1::]/', both, /reserved/],
  ['http://[fec0::1]/', both, /reserved/],
  ['http://[2001:db8::1]/', both, /reserved/],
  // Other schemes, other tricks.
  ['file:///etc/passwd', both, /http or https/],
  ['gopher://a.example/_x', both, /http or https/],
  ['ftp://a.example/', both, /http or https/],
  ['javascript:alert(1)', both, /http or https/],
  ['//a.example/', both, /http or https/],
  ['http:127.0.0.1', both, /http or https/],
  ['http:/127.0.0.1', both, /http or https/],
  ['http:///127.0.0.1', both, /http or https/],
  ['', both, /http or https/],
  ['http://user:secret@a.example/', both, /user name or password/],
  ['http://@a.example/', both, /user name or password/],
  ['http://a.example@127.0.0.1/', both, /user name or password/],
  ['http://1.1.1.1 &@2.2.2.2# @3.3.3.3/', both, /space/],
  ['http://a.example\\@127.0.0.1/', both, /backslash/],
  ['http://a.example/\r\nHost: b', both, /control character/],
  ['http://127.0.0\t.1/', both, /control character/],
  ['http://[fe80::1%25eth0]/', both, /malformed/],
  ['http://localhost%00.example.org/', both, /malformed/],
  ['http://256.256.256.256/', both, /malformed/],
  ['http://a.example:99999/', both, /malformed/],
  ['http://a.example:0/', both, /Port 0/],
]

describe('an address that a person gives', () => {
  test.each(TARGETS)('%j with %o allowed: %s', async (url, allow, expected) => {
    expect(checkTarget(url, allow) ?? '').toMatch(expected)
  })

  test.each(TARGETS.filter(([, , expected]) => expected !== YES))('%j is not connected to either', async (url, allow, expected) => {
    const asked: string[] = []
    const fetch = outbound((host, done) => {
      asked.push(host)
      done(new Error('no resolver'), [])
    })
    await expect(fetch(url, { allow })).rejects.toThrow(OutboundRefused)
    await expect(fetch(url, { allow })).rejects.toThrow(expected)
    expect(asked).toEqual([])
  })

  test('what no parser understands is no address', () => {
    expect(addressRefusal('nonsense', both)).toBe('no IP address')
  })
})

describe('a request', () => {
  let server: Server
  let url = ''
  let asked: string[] = []
  let cutOff: () => void = () => undefined
  beforeAll(async () => {
    server = createServer((message, response) => {
      asked.push(`${message.method} ${message.headers.host} ${message.url}`)
      if (message.url === '/moved') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end('there')
      if (message.url === '/endless') {
        const more = () => response.write(Buffer.alloc(65_536)) && setImmediate(more)
        response.on('drain', more).on('close', () => cutOff())
        more()
        return
      }
      if (message.url === '/unfinished') return void response.writeHead(202).write('and then')
      let body = ''
      message.on('data', (chunk) => {
        body += chunk
      })
      message.on('end', () =>
        response.writeHead(201, { 'x-seen': message.headers['x-given'] ?? '', 'x-body': body, 'set-cookie': ['a=1', 'b=2'] }).end(body),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('carries method, headers and body, and answers status and headers as a standard Response', async () => {
    const answer = await guardedFetch(`${url}/x`, { method: 'POST', headers: { 'x-given': 'yes' }, body: 'hello', allow: both })
    expect([answer.status, answer.headers.get('x-seen'), answer.headers.get('x-body')]).toEqual([201, 'yes', 'hello'])
    expect(asked).toContain(`POST ${new URL(url).host} /x`)
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(answer).toBeInstanceOf(Response)
  })

  test('does not follow a redirect to an internal address: it is returned as it is', async () => {
    const answer = await guardedFetch(`${url}/moved`, { allow: both })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://169.254.169.254/'])
  })

  test('gives the status of an answer without end, and cuts the rest off', async () => {
    const cut = new Promise<void>((resolve) => {
      cutOff = resolve
    })
    expect((await guardedFetch(`${url}/endless`, { allow: both })).status).toBe(200)
    await cut
  })

  test('gives the status of an answer whose rest never comes', async () => {
    expect((await guardedFetch(`${url}/unfinished`, { allow: both })).status).toBe(202)
  })

  test('ends when its signal says so', async () => {
    await expect(guardedFetch(url, { allow: both, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })

  test('resolves a name once: what is connected to is what was judged, though the name answers otherwise from then on', async () => {
    const { port } = new URL(url)
    asked = []
    const answers = ['127.0.0.1', '169.254.169.254']
    const fetch = outbound((_host, done) => done(null, [{ address: answers.shift() ?? '0.0.0.0', family: 4 }]))
    expect((await fetch(`http://flip.example.org:${port}/first`, { allow: both })).status).toBe(201)
    expect(answers).toEqual(['169.254.169.254'])
    await expect(fetch(`http://again.flip.example.org:${port}/`, { allow: both })).rejects.toThrow(/is 169.254.169.254, a link-local/)
    expect(asked).toEqual([`GET flip.example.org:${port} /first`])
  })

  test('to a name that answers a public address first and loopback then gets the public one, and is refused the next time', () => {
    const answers = ['1.1.1.1', '127.0.0.1']
    const lookup = guardedLookup({}, (_host, done) => done(null, [{ address: answers.shift() ?? '', family: 4 }]))
    const given: unknown[] = []
    for (let i = 0; i < 2; i++) lookup('flip.example.org', { all: true }, (error, found) => given.push(error?.message ?? found))
    expect(given).toEqual([
      [{ address: '1.1.1.1', family: 4 }],
      'flip.example.org is 127.0.0.1, a loopback address, this machine itself: it is not asked.',
    ])
  })

  test('goes to the address that was judged, under the name that was given', async () => {
    const { port } = new URL(url)
    asked = []
    const fetch = outbound((_host, done) => done(null, [{ address: '127.0.0.1', family: 4 }]))
    expect((await fetch(`http://named.example.org:${port}/x`, { allow: both })).status).toBe(201)
    expect(asked).toEqual([`GET named.example.org:${port} /x`])
  })

  test('is refused whole when one of a name’s addresses may not be reached', async () => {
    const fetch = outbound((_host, done) =>
      done(null, [
        { address: '1.1.1.1', family: 4 },
        { address: '::1', family: 6 },
      ]),
    )
    await expect(fetch('http://mixed.example.org/', {})).rejects.toThrow(/mixed.example.org is ::1, a loopback address/)
  })
})

test('a name without an address is refused, whichever way a connection asks', () => {
  for (const all of [true, false])
    guardedLookup({}, (_host, done) => done(null, []))('a.example', { all }, (error) => expect(error?.message).toMatch(/has no address/))
})
