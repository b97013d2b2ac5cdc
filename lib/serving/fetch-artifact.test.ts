import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchArtifact } from './fetch-artifact'

const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-fetch-'))
const server = http.createServer((request, response) => {
  const then = request.headers.authorization === 'Bearer stops' ? () => undefined : () => response.destroy()
  response.writeHead(200, { 'content-length': 100 }).write('the beginning', then)
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(async () => {
  rmSync(folder, { recursive: true })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test.each([
  ['closes the connection', 'closes', 10_000, /^Slipway did not answer at \S+: it closed the connection before its answer was complete\.$/],
  ['says nothing more', 'stops', 300, /^Slipway \(\S+\) did not answer in time\.$/],
])(
  'a web that has begun to hand out an artifact and %s is said in words, and nothing of it is kept',
  async (_does, token, timeoutMs, words) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const fetched = fetchArtifact({ url, identityToken: token }, 'a'.repeat(64), path.join(folder, 'model.onnx'), timeoutMs)
    await expect(fetched).rejects.toThrow(words)
    expect(readdirSync(folder)).toEqual([])
  },
)
