import { beforeEach, describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { beat } from '@/lib/engine/heartbeat'
import { newId } from '@/lib/id'
import { keyIdOf, seal } from '@/lib/seal'
import { readiness } from './queries'
import { forgetEngines } from './store'

const KEY = Buffer.alloc(32, 5).toString('base64url')
const LOST = Buffer.alloc(32, 6).toString('base64url')

async function addCluster(name: string, key: string | null) {
  const sealed = key === null ? null : seal('admin-token', key)
  const credential = sealed ? { credential: new Uint8Array(sealed.bytes), credentialKey: sealed.keyId } : {}
  await db().cluster.create({ data: { id: newId(), name, driver: 'fake', location: 'cloud', config: {}, ...credential } })
}

const engineRuns = (key: string) => beat(db(), { id: newId(), kind: 'engine', startedAt: new Date(), detail: { sealingKey: keyIdOf(key) } })

beforeEach(async () => {
  await db().process.deleteMany({})
  await db().cluster.deleteMany({})
})

describe('readiness', () => {
  it('counts no engine that was killed before this start', async () => {
    await engineRuns(KEY)
    expect((await readiness()).parts.engine).toMatchObject({ ok: true })
    await forgetEngines(db())
    expect(await readiness()).toMatchObject({
      ok: false,
      parts: { engine: { ok: false, says: expect.stringContaining('not started yet') } },
    })
    await engineRuns(KEY)
    expect(await readiness()).toMatchObject({ ok: true, parts: { engine: { ok: true } } })
  })

  it('names the clusters whose credentials must be entered again when their key was lost, and the rest goes on', async () => {
    await addCluster('kept', KEY)
    await addCluster('open', null)
    await engineRuns(KEY)
    expect((await readiness()).parts.credentials).toEqual({ ok: true, says: 'can be opened' })
    await addCluster('lost-b', LOST)
    await addCluster('lost-a', LOST)
    const { ok, parts } = await readiness()
    expect(ok).toBe(true)
    expect(parts.credentials).toEqual({
      ok: false,
      says: 're-enter credentials of lost-a, lost-b: the key that they were sealed with is gone',
    })
    await engineRuns(LOST)
    expect((await readiness()).parts.credentials).toMatchObject({ ok: true })
  })

  it('says nothing of credentials while no engine says which key it holds', async () => {
    await addCluster('lost', LOST)
    expect((await readiness()).parts).not.toHaveProperty('credentials')
  })
})
