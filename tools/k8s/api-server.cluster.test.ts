import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { Api } from './api'
import { type ApiServer, startApiServer } from './api-server'
import { needs } from './cluster.fixture'
import { makeNamespace } from './namespace'
import { seen } from './seen'

interface ConfigMap {
  metadata: { name: string; resourceVersion: string }
}

const MAPS = '/api/v1/namespaces/default/configmaps'
const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })

describe('an API server of a test’s own', () => {
  let server: ApiServer
  let api: Api

  beforeEach((context) => needs(context, inject('apiServer'), 'own-server'))
  beforeAll(async () => {
    if (inject('apiServer').existing) return
    server = await startApiServer({ name: 'own', beside: inject('apiServer'), controllerManager: false })
    api = new Api(server)
  })
  afterAll(async () => {
    await api?.close()
    await server?.stop()
  })

  test('stands beside another on one etcd as a cluster of its own: neither its objects nor its token are the other’s', async () => {
    const other = new Api(inject('apiServer'))
    await makeNamespace(api, 'only-here', server)
    await expect(other.get('/api/v1/namespaces/only-here')).rejects.toMatchObject({ status: 404 })
    const stranger = new Api({ ...inject('apiServer'), token: server.token })
    await expect(stranger.get('/api/v1/namespaces')).rejects.toMatchObject({ status: 401 })
    await Promise.all([other.close(), stranger.close()])
  })

  test('refuses a watch from a version that it no longer knows', async () => {
    await expect(api.watch(MAPS, '1', AbortSignal.timeout(30_000)).next()).rejects.toMatchObject({ status: 410, reason: 'Expired' })
  })

  test('killed with -9 and started again it holds the same objects, and who lists again and watches on misses none', async () => {
    const { metadata } = await api.send<ConfigMap>('POST', MAPS, map('before'))
    const names: string[] = []
    const breaks: unknown[] = []
    const ending = new AbortController()
    const note = (name: string) => name === 'before' || names.includes(name) || names.push(name)
    // As every client must when its watch breaks: a server that was started again no longer knows all versions, on an etcd that others write to.
    const listed = async (otherwise: string) => {
      const list = await api.get<{ metadata: { resourceVersion: string }; items: ConfigMap[] }>(MAPS).catch(() => null)
      for (const { metadata } of list?.items ?? []) note(metadata.name)
      return list?.metadata.resourceVersion ?? otherwise
    }
    const watching = async () => {
      for (let at = metadata.resourceVersion; !ending.signal.aborted; at = await listed(at)) {
        try {
          for await (const { object } of api.watch<ConfigMap>(MAPS, at, ending.signal)) {
            note(object.metadata.name)
            at = object.metadata.resourceVersion
          }
        } catch (error) {
          breaks.push(error)
          await pause(50)
        }
      }
    }
    const watch = watching()
    await api.send('POST', MAPS, map('during'))
    await seen('the first event', 30, async () => names.includes('during'))
    await server.kill()
    await seen('the end of the watch', 30, async () => breaks.length > 0)
    await expect(api.get(MAPS)).rejects.toThrow(/ECONNREFUSED/)
    await server.restart()
    await api.send('POST', MAPS, map('after'))
    await seen('the event after the restart', 30, async () => names.includes('after'))
    expect(names).toEqual(['during', 'after'])
    ending.abort()
    await watch
  })
})
