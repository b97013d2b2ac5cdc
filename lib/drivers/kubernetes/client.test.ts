import { createServer as createHttp, type Server } from 'node:http'
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bindCredential, KubernetesConfig } from './config'
import { kubernetesDriver } from './driver'

let silent: TcpServer
let plain: Server
const TOKEN = 'a-token-that-nobody-repeats'

beforeAll(async () => {
  silent = createServer(() => undefined)
  plain = createHttp((_, response) => response.end('hello'))
  // Loaded here, so that a bound below is the call's own.
  await import('@kubernetes/client-node')
  for (const server of [silent, plain]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}, 60_000)
afterAll(() => {
  silent.close()
  plain.close()
})

function targetAt(server: string) {
  const config = KubernetesConfig.parse({ server, namespace: 'slipway' })
  return { id: server, name: 'on-prem', config, credential: bindCredential(config, { token: TOKEN }) }
}
const urlOf = (server: TcpServer | Server) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`
const LOCAL = { loopback: true, private: true }

test.each([
  ['that never answers ends within its bound', () => urlOf(silent), LOCAL, /did not answer in time/],
  ['without TLS is said', () => urlOf(plain), LOCAL, /does not speak TLS/],
  ['on this machine is not called where that is not allowed', () => urlOf(plain), { private: true }, /loopback/],
  ['whose name is this machine is not called either', () => 'https://localhost:6443', {}, /this machine itself/],
])('a server %s, as a value without the token', async (_what, server, allow, expected) => {
  const began = performance.now()
  const answer = await kubernetesDriver(allow).observe(targetAt(server()), AbortSignal.timeout(1_000))
  expect(answer).toMatchObject({ ok: false, kind: 'unreachable', reason: expect.stringMatching(expected) })
  expect(JSON.stringify(answer)).not.toContain(TOKEN)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('a credential that was sealed for another server is shown to none', async () => {
  const target = { ...targetAt(urlOf(plain)), credential: targetAt('https://10.0.0.7:6443').credential }
  expect(await kubernetesDriver(LOCAL).observe(target, AbortSignal.timeout(1_000))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/belongs to another server/),
  })
})

test('the mode that this engine does not drive is said', async () => {
  const target = targetAt(urlOf(plain))
  const other = { ...target, config: { ...target.config, mode: 'knative' } }
  expect(await kubernetesDriver(LOCAL).probe(other, AbortSignal.timeout(1_000))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/Not by Knative: .* to which generation it was assigned/),
  })
})
