import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CERTIFICATE_A, CERTIFICATE_B } from '@/lib/clusters/certificates.fixture'
import { KubeClient } from './client'
import { Clients } from './clients'
import { bindCredential, KubernetesConfig } from './config'

let mount: string
const write = (file: string, text: string) => writeFileSync(path.join(mount, file), text)

beforeEach(() => {
  mount = mkdtempSync(path.join(os.tmpdir(), 'slipway-mount-'))
  write('token', 'first\n')
  write('ca.crt', CERTIFICATE_A)
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(mount, { recursive: true, force: true })
})

const config = KubernetesConfig.parse({ server: 'https://kubernetes.default.svc', namespace: 'models' })
const target = { id: 'c', name: 'own', config, credential: bindCredential(config, 'in-cluster') }

async function opened(clients: Clients) {
  const hand = await clients.open(target)
  if ('ok' in hand) throw new Error(hand.reason)
  return hand.client
}

test('as the pod that the engine runs in: one client for as long as what is mounted says the same, however many open it at once', async () => {
  const clients = new Clients({}, mount)
  const [first, ...others] = await Promise.all([opened(clients), opened(clients), opened(clients)])
  for (const each of [...others, await opened(clients)]) expect(each).toBe(first)
})

test.each<[string, () => void]>([
  ['another token', () => write('token', 'second\n')],
  ['another authority', () => write('ca.crt', CERTIFICATE_B)],
])('%s is another client at once; calls of the one before are not cut off', async (_what, change) => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const closed = vi.spyOn(KubeClient.prototype, 'close')
  const clients = new Clients({}, mount)
  const first = await opened(clients)
  change()
  expect(await opened(clients)).not.toBe(first)
  vi.advanceTimersByTime(59_000)
  expect(closed).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(closed.mock.contexts).toEqual([first])
})

test('without a mounted token it says that this engine runs in no pod there', async () => {
  rmSync(path.join(mount, 'token'))
  expect(await new Clients({}, mount).open(target)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('runs in no pod of the cluster'),
  })
})
