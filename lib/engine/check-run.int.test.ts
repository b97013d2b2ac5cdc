import { readFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { onnxModel } from '@/lib/artifacts/onnx.fixture'
import { artifactPath } from '@/lib/artifacts/store'
import { db } from '@/lib/db'
import { addBaseline, registerVersion } from '@/lib/versions/commands'
import { getVersion } from '@/lib/versions/queries'
import { newModel, saltedModel, sampleCsv, upload, value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { ArtifactMissing } from './artifact-fetch'
import { runCheck } from './check-run'

testDatabase()
const ports = { fetch: (digest: string, file: string) => copyFile(artifactPath(digest), file) }

async function checked(bytes: Uint8Array, options: { sample?: Uint8Array; threshold?: number } = {}) {
  const { engineer, slug } = await newModel()
  const digest = await upload(engineer, bytes)
  const sample = options.sample ? await upload(engineer, options.sample, 'sample') : null
  const made = value(await registerVersion(engineer, { model: slug, digest, sample, threshold: options.threshold ?? null }))
  await runCheck(made.id, ports)
  return getVersion(engineer, slug, 1)
}

describe('a check run', () => {
  it('makes a real model ready, with its quality on the labels, its times and its score bins', async () => {
    const sample = sampleCsv(8, 1_500)
    const version = await checked(saltedModel('good'), { sample, threshold: 0.5 })
    expect(version.checkRun?.reason).toBeNull()
    expect(version).toMatchObject({ status: 'ready', checkRun: { ok: true, source: 'sample', rows: 1_500, errors: 0 } })
    // The label says whether the sum is above zero, and so does a score above one half.
    expect(version.checkRun?.quality).toMatchObject({ n: 1_500, accuracy: 1, auc: 1 })
    expect(version.checkRun?.output?.min).toBeGreaterThan(0)
    expect(version.checkRun?.output?.max).toBeLessThan(1)
    expect(version.checkRun?.loadMs).toBeGreaterThan(0)
    expect(version.checkRun?.p95Ms).toBeGreaterThanOrEqual(version.checkRun?.p50Ms ?? Number.NaN)
    expect(version.checkRun?.memoryBytes).toBeGreaterThan(10_000_000)
    expect(version.baseline?.score?.counts.reduce((sum, count) => sum + count, 0)).toBe(1_500)
  })

  it.each(['live', 'slow'])('passes the example model %s over made-up rows, and says that they are', async (name) => {
    const version = await checked(readFileSync(`examples/flights/${name}.onnx`), { threshold: 0.25 })
    expect(version).toMatchObject({ status: 'ready', checkRun: { ok: true, source: 'synthetic', rows: 32, quality: null } })
  })

  it('fails a model that cannot be loaded, with what the runtime says', async () => {
    const nodes = [{ opType: 'NoSuchOperator', input: ['input'], output: ['probability'] }]
    const version = await checked(onnxModel({ nodes }))
    expect(version).toMatchObject({ status: 'failed', readyAt: null, checkRun: { ok: false, rows: 0 } })
    expect(version.reason).toMatch(/NoSuchOperator/)
  })

  it('fails a model whose declared width is not the one it can run', async () => {
    const inputs = [{ name: 'input', dims: ['n', 'width'] }]
    const version = await checked(onnxModel({ inputs, metadata: { features: 'a,b,c' } }), { sample: Buffer.from('a,b,c\n1,2,3\n4,5,6\n') })
    expect(version).toMatchObject({ status: 'failed', checkRun: { errors: 2, rows: 2 } })
    expect(version.reason).toMatch(/2 of 2 rows failed\. The first said: The model failed/)
  })

  it('fails a threshold without a score to compare with', async () => {
    const outputs = [{ name: 'probability', dims: ['n', 3] }]
    const weights = [{ name: 'weights', dims: [8, 3], floats: new Array<number>(24).fill(0.1) }]
    const version = await checked(onnxModel({ outputs, initializers: weights }), { threshold: 0.5 })
    expect(version).toMatchObject({ status: 'failed', reason: expect.stringMatching(/decision threshold, but no output/) })
  })

  it('sends missing values as missing and does not count them as errors', async () => {
    const sample = Buffer.from(`${sampleCsv(8, 50).toString()}\n,1,1,1,1,1,1,1,0`)
    const version = await checked(saltedModel('missing'), { sample })
    expect(version).toMatchObject({ status: 'ready', checkRun: { errors: 0, rows: 51, output: { notFinite: 1 } } })
  })

  it('fails a version whose artifact is gone, and leaves it pending where web is only away', async () => {
    const { engineer, slug } = await newModel()
    const made = value(await registerVersion(engineer, { model: slug, digest: await upload(engineer, saltedModel('gone')) }))
    const away = () => Promise.reject(new Error('connect ECONNREFUSED'))
    await expect(runCheck(made.id, { fetch: away })).rejects.toThrow('ECONNREFUSED')
    expect((await getVersion(engineer, slug, 1)).status).toBe('pending')
    await runCheck(made.id, { fetch: () => Promise.reject(new ArtifactMissing('The artifact is not in the store.')) })
    expect(await getVersion(engineer, slug, 1)).toMatchObject({ status: 'failed', reason: 'The artifact is not in the store.' })
  })

  it('that began before the baseline came says nothing: the one ordered with it does', async () => {
    const { engineer, slug } = await newModel()
    const made = value(await registerVersion(engineer, { model: slug, digest: await upload(engineer, saltedModel('overtaken')) }))
    const sample = await upload(engineer, sampleCsv(8, 30), 'sample')
    const overtaken = async (digest: string, file: string) => {
      value(await addBaseline(engineer, { model: slug, number: 1, sample }))
      await ports.fetch(digest, file)
    }
    await runCheck(made.id, { fetch: overtaken })
    expect(await getVersion(engineer, slug, 1)).toMatchObject({ status: 'pending', checkRun: null })
    await runCheck(made.id, ports)
    expect(await getVersion(engineer, slug, 1)).toMatchObject({ status: 'ready', checkRun: { source: 'sample', rows: 30 } })
    expect(await db().job.count({ where: { key: `check-run:${made.id}` } })).toBe(1)
  })
})
