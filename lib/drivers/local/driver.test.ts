import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { localDriver } from './driver'

const server = createServer()
afterEach(() => void server.close())

test('what a cluster says of one endpoint is read for itself: rubbish about it hides no other', async () => {
  const whole = {
    endpointId: '01900000-0000-7000-8000-000000000001',
    fence: 3,
    generation: 2,
    wishHash: 'a'.repeat(64),
    acknowledgedAt: 1,
    arms: [],
    removed: false,
    byHand: null,
    problems: [],
  }
  const torn = { ...whole, endpointId: '01900000-0000-7000-8000-000000000002', generation: 'two' }
  server.on('request', (_, response) => response.end(JSON.stringify({ now: 1, offsetMs: 0, endpoints: [torn, whole] })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const adminUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const seen = await localDriver.observe({ id: '1', name: 'on-prem', config: { adminUrl }, credential: 'x' }, new AbortController().signal)
  if (!seen.ok) throw new Error(seen.reason)
  expect([...seen.endpoints.keys()]).toEqual([whole.endpointId])
  expect([...seen.unread.keys()]).toEqual([torn.endpointId])
  expect(seen.unread.get(torn.endpointId)).toMatch(/^on-prem says of this endpoint what Slipway does not understand: .*generation/s)
})
