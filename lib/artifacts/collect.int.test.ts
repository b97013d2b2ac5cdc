import { utimesSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { makeInstallation } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { addDocument, registerVersion } from '@/lib/versions/commands'
import { newModel, saltedModel, sampleCsv, upload, value } from '@/lib/versions/registry.fixture'
import { collectUnused, UNUSED_MS } from './collect'
import { artifactBytes, artifactPath } from './store'

const now = Date.now()

beforeAll(async () => {
  await makeInstallation(false)
  await db().installation.update({ where: { id: 1 }, data: { createdAt: new Date(now - 10 * UNUSED_MS) } })
})

const aged = (digest: string, ms: number) => utimesSync(artifactPath(digest), new Date(now - ms), new Date(now - ms))
const there = async (digest: string) => (await artifactBytes(digest)) !== null

it('what no version, baseline or document has named for a day is deleted, and nothing else', async () => {
  const { engineer, slug } = await newModel()
  const [named, young, old, again] = await Promise.all(
    ['named', 'young', 'old', 'again'].map((salt) => upload(engineer, saltedModel(salt))),
  )
  const [sample, oldSample] = await Promise.all([300, 301].map((rows) => upload(engineer, sampleCsv(8, rows), 'sample')))
  const { number } = value(await registerVersion(engineer, { model: slug, digest: named, sample }))
  value(await addDocument(engineer, { model: slug, number, kind: 'card', name: 'card', body: 'text' }))
  for (const digest of [named, sample, old, oldSample, again]) aged(digest, UNUSED_MS + 60_000)
  aged(young, UNUSED_MS - 60_000)
  // Sent once more: somebody is about to register it.
  await upload(engineer, saltedModel('again'))
  expect(await collectUnused(now)).toBe(2)
  expect(await Promise.all([named, sample, young, again, old, oldSample].map(there))).toEqual([true, true, true, true, false, false])
  expect(await collectUnused(now)).toBe(0)
})

it('a version that is registered with an old upload keeps it, and one whose upload was given up is told to send it again', async () => {
  const { engineer, slug } = await newModel()
  const digest = await upload(engineer, saltedModel('late'))
  aged(digest, 2 * UNUSED_MS)
  value(await registerVersion(engineer, { model: slug, digest }))
  const gone = await upload(engineer, saltedModel('gone'))
  aged(gone, 2 * UNUSED_MS)
  await collectUnused(now)
  expect(await there(digest)).toBe(true)
  expect(await registerVersion(engineer, { model: slug, digest: gone })).toMatchObject({
    problem: { code: 'invalid', message: expect.stringContaining('Send it first') },
  })
})

it('what is older than the installation stays: it belongs to a database that may come back', async () => {
  const { engineer } = await newModel()
  const before = await upload(engineer, saltedModel('before'))
  aged(before, 11 * UNUSED_MS)
  expect(await collectUnused(now)).toBe(0)
  expect(await there(before)).toBe(true)
})
