import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, inject } from 'vitest'
import { Api } from '../api'
import { needs, type SharedCluster } from '../cluster.fixture'
import { makeNamespace } from '../namespace'
import { type RunningKubelet, startRunningKubelet } from './kubelet'

interface RunningNamespace extends Pick<SharedCluster, 'server' | 'api' | 'namespace'> {
  kubelet: RunningKubelet
}

/** Gives a test file a namespace of its own, whose pods run; where that cannot be, its tests are skipped. Read `kubelet` in tests and later hooks only. */
export function runningNamespace(): RunningNamespace {
  const server = inject('apiServer')
  const own = { server, api: new Api(server), namespace: `slipway-test-${randomBytes(4).toString('hex')}` } as RunningNamespace
  beforeEach((context) => needs(context, server, 'kubelet'))
  beforeAll(async () => {
    if (server.existing) return
    await makeNamespace(own.api, own.namespace, server)
    own.kubelet = await startRunningKubelet(server, own.namespace)
  })
  afterAll(async () => {
    await own.kubelet?.stop()
    await own.api.close()
  })
  return own
}
