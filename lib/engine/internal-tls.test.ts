import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { type AddressInfo, createConnection } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { serveInternal } from './internal'
import { followCertificate, readCertificate } from './internal-tls'

const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A certificate of its own for `name`, as the guide makes one. */
function renew(name: string): Buffer {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
  const files = ['-keyout', path.join(folder, 'tls.key'), '-out', path.join(folder, 'tls.crt')]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...subject, ...files]
  execFileSync('openssl', made, { stdio: 'ignore' })
  return readFileSync(path.join(folder, 'tls.crt'))
}

/** The name that the server's certificate says, as a client sees it that trusts `ca` alone. */
function nameSeen(port: number, ca: Buffer, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port, host: '127.0.0.1', ca, servername }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.end()
    })
    socket.once('error', reject)
  })
}

let ca: Buffer
beforeAll(() => {
  ca = renew('slipway-engine')
})

test('over TLS the port answers whoever trusts its certificate by its name, and no plain request', async () => {
  const options = { host: '127.0.0.1', port: 0, token: 'token', answers: {}, unready: () => null, tlsDir: folder }
  const server = await serveInternal(options)
  const { port } = server.address() as AddressInfo
  const status = new Promise((resolve, reject) => {
    const asked = https.get({ port, host: '127.0.0.1', path: '/ready', ca, servername: 'slipway-engine', agent: false }, (response) =>
      resolve(response.resume().statusCode),
    )
    asked.once('error', reject)
  })
  await expect(status).resolves.toBe(200)
  await expect(nameSeen(port, ca, 'another-name')).rejects.toThrow(/altnames/)
  const answered = await new Promise<string>((resolve) => {
    let text = ''
    const plain = createConnection(port, '127.0.0.1', () => plain.write('GET /ready HTTP/1.1\r\nHost: x\r\n\r\n'))
    plain.on('data', (chunk) => (text += chunk))
    plain.once('close', () => resolve(text))
    plain.once('error', () => undefined)
  })
  expect(answered).not.toContain('200')
  server.close()
})

test('a renewed certificate is used without a restart, and a broken one is not', async () => {
  const server = https.createServer(readCertificate(folder))
  followCertificate(server, folder, 10)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const renewed = renew('slipway-engine-renewed')
  await vi.waitFor(async () => expect(await nameSeen(port, renewed, 'slipway-engine-renewed')).toBe('slipway-engine-renewed'), 30_000)
  const read = vi.spyOn(server, 'setSecureContext')
  writeFileSync(path.join(folder, 'tls.crt'), 'no certificate')
  await vi.waitFor(() => expect(read.mock.results.some((result) => result.type === 'throw')).toBe(true), 30_000)
  expect(await nameSeen(port, renewed, 'slipway-engine-renewed')).toBe('slipway-engine-renewed')
  server.close()
})
