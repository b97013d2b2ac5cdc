import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { env } from '@/lib/env'
import { actorIn, newTeam, saltedModel } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { chunksOf } from './onnx.fixture'
import { artifactPath, receive } from './store'
import { storeUpload } from './upload'

testDatabase()
const engineer = actorIn(null, 'engineer')
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const left = () => {
  const folder = path.join(env().SLIPWAY_DATA_DIR, 'artifacts', 'uploads')
  return existsSync(folder) ? readdirSync(folder) : []
}
const send = (bytes: Uint8Array, promised: { bytes?: number | null; digest?: string | null; kind?: 'model' | 'sample' } = {}) =>
  storeUpload(engineer, { body: chunksOf(bytes), bytes: bytes.length, digest: null, kind: 'model', ...promised })

describe('an upload', () => {
  it('is stored under its SHA-256 with exactly its bytes', async () => {
    const bytes = saltedModel('stored')
    const info = await send(bytes)
    expect(info).toMatchObject({ digest: digestOf(bytes), bytes: bytes.length, format: 'onnx', known: false })
    expect(readFileSync(artifactPath(info.digest)).equals(bytes)).toBe(true)
    expect(artifactPath(info.digest)).toMatch(new RegExp(`sha256.${info.digest.slice(0, 2)}.${info.digest}$`))
  })

  it('sent twice, also at once, is one artifact', async () => {
    const bytes = saltedModel('twice')
    const answers = await Promise.all([send(bytes), send(bytes), send(bytes)])
    expect(new Set(answers.map((answer) => answer.digest)).size).toBe(1)
    expect((await send(bytes)).known).toBe(true)
    expect(left()).toEqual([])
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['shorter than Content-Length', () => send(saltedModel('short'), { bytes: 10_000 }), /truncated: \d+ of 10000 bytes arrived/],
    ['longer than Content-Length', () => send(saltedModel('long'), { bytes: 5 }), /truncated/],
    [
      'with another digest than promised',
      () => send(saltedModel('digest'), { digest: 'a'.repeat(64) }),
      /have the SHA-256 [0-9a-f]{64}, not aaa/,
    ],
    ['of a pickle', () => send(Buffer.from('\x80\x04sklearn', 'latin1')), /Python pickle.*skl2onnx/],
    ['of nothing', () => send(Buffer.alloc(0)), /an empty file/],
    ['of a sample that is no text', () => send(Buffer.from([0, 1, 2]), { kind: 'sample' }), /not text/],
  ])('%s is refused and leaves nothing behind', async (_name, act, message) => {
    await expect(act()).rejects.toThrow(message)
    expect(left()).toEqual([])
  })

  it('larger than is taken is refused, whether it says so before or not', async () => {
    const body = () => chunksOf(Buffer.alloc(3_000))
    await expect(receive(body(), { max: 2_000, bytes: 3_000, digest: null })).rejects.toMatchObject({ code: 'too-large' })
    await expect(receive(body(), { max: 2_000, bytes: null, digest: null })).rejects.toMatchObject({ code: 'too-large' })
    expect(left()).toEqual([])
  })

  it('that breaks off is refused and leaves nothing behind', async () => {
    async function* broken() {
      yield Buffer.alloc(100)
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    }
    await expect(receive(broken(), { max: 5_000, bytes: 3_000, digest: null })).rejects.toThrow(/broke off/)
    expect(left()).toEqual([])
  })

  it('of somebody who registers nothing is refused before its bytes', async () => {
    const team = await newTeam()
    const upload = { body: chunksOf(saltedModel('viewer')), bytes: null, digest: null, kind: 'model' as const }
    await expect(storeUpload(team.actor('viewer'), upload)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(storeUpload({ ...engineer, scopes: ['team:read'] }, upload)).rejects.toMatchObject({ code: 'forbidden' })
    expect(left()).toEqual([])
  })
})
