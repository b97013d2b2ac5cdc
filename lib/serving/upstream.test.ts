import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type Exchange, Upstream } from './upstream'

const HEAD = 'POST /infer HTTP/1.1\r\nhost: localhost\r\n'
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'
let end: () => void = () => undefined
afterEach(() => end())

/** A server that does with each connection, and with what comes on it, what the test says. */
async function serve(
  on: (socket: net.Socket, text: string, connection: number) => void,
): Promise<{ upstream: Upstream; connections(): number }> {
  let connections = 0
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    connections += 1
    const which = connections
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.setEncoding('latin1').on('data', (text) => on(socket, String(text), which))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const upstream = new Upstream((server.address() as AddressInfo).port)
  end = () => {
    upstream.destroy()
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { upstream, connections: () => connections }
}

function ask(upstream: Upstream, body = Buffer.from('{}'), ms = 5_000): Promise<Exchange> {
  return new Promise((resolve) => void upstream.send(HEAD, body, performance.now() + ms, resolve))
}

test('requests one after another share a connection, requests at once do not', async () => {
  const { upstream, connections } = await serve((socket) => socket.write(OK))
  for (let i = 0; i < 5; i += 1) expect(await ask(upstream)).toMatchObject({ kind: 'answer', answer: { status: 200, body: '{}' } })
  expect(connections()).toBe(1)
  await Promise.all([ask(upstream), ask(upstream), ask(upstream)])
  expect(connections()).toBe(3)
})

test('a body arrives as it was sent, a small one and a large one', async () => {
  let seen = ''
  const { upstream } = await serve((socket, text) => {
    seen += text
    if (seen.endsWith('!')) socket.write(OK)
  })
  for (const size of [300, 300_000]) {
    seen = ''
    const body = Buffer.concat([Buffer.from(Array.from({ length: size }, (_, i) => i % 33)), Buffer.from('!')])
    expect(await ask(upstream, body)).toMatchObject({ kind: 'answer' })
    expect(seen).toBe(`${HEAD}content-length: ${size + 1}\r\n\r\n${body.toString('latin1')}`)
  }
})

test('a connection that ends before the whole answer is lost, and no request is sent on it again', async () => {
  const { upstream, connections } = await serve((socket, _text, connection) =>
    connection === 1 ? socket.end(OK.slice(0, -1)) : socket.write(OK),
  )
  expect(await ask(upstream)).toEqual({ kind: 'lost' })
  expect(await ask(upstream)).toMatchObject({ kind: 'answer' })
  expect(connections()).toBe(2)
})

test('bytes that nobody asked for end the connection: they are not the next answer', async () => {
  let sockets: net.Socket[] = []
  const { upstream, connections } = await serve((socket) => {
    sockets = [...sockets, socket]
    socket.write(OK)
  })
  await ask(upstream)
  sockets[0].write(OK.replace('{}', '[]'))
  await once(sockets[0], 'close')
  expect(await ask(upstream)).toMatchObject({ answer: { body: '{}' } })
  expect(connections()).toBe(2)
})

test('two answers in one piece are a broken one', async () => {
  const { upstream } = await serve((socket) => socket.write(OK + OK))
  expect(await ask(upstream)).toEqual({ kind: 'lost' })
})

test('after its deadline a request is a timeout, and its late answer is nobody else’s', async () => {
  const { upstream, connections } = await serve((socket, _text, connection) => connection > 1 && socket.write(OK))
  expect(await ask(upstream, undefined, 50)).toEqual({ kind: 'timeout' })
  expect(await ask(upstream)).toMatchObject({ kind: 'answer' })
  expect(connections()).toBe(2)
})

test('a cancelled request is gone, once', async () => {
  const { upstream } = await serve(() => undefined)
  const ends: Exchange[] = []
  const connection = upstream.send(HEAD, Buffer.from('{}'), performance.now() + 5_000, (result) => ends.push(result))
  connection.cancel()
  connection.cancel()
  upstream.destroy()
  expect(ends).toEqual([{ kind: 'gone' }])
})

test('a server that is not there is lost, and not healthy', async () => {
  const { upstream } = await serve(() => undefined)
  end()
  expect(await ask(upstream)).toEqual({ kind: 'lost' })
  expect(await upstream.healthy(1_000)).toBe(false)
})

test('health is asked on a connection of its own', async () => {
  const asked: string[] = []
  const { upstream, connections } = await serve((socket, text) => {
    asked.push(text.split('\r\n')[0])
    socket.write(OK)
  })
  await ask(upstream)
  expect(await upstream.healthy(1_000)).toBe(true)
  expect([asked[1], connections()]).toEqual(['GET /v2/health/ready HTTP/1.1', 2])
})
