import { describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { getModel, listModels } from '@/lib/models/queries'
import { ListModels } from '@/lib/models/schema'
import { testDatabase } from '@/prisma/test-database'
import { addBaseline, addDocument, registerVersion, repeatCheck } from './commands'
import { getDocument, getVersion, listVersions } from './queries'
import { actorIn, newModel, newTeam, saltedModel, sampleCsv, upload, value } from './registry.fixture'

testDatabase()

describe('registerVersion', () => {
  it('makes a pending version with its signature, baseline and job for the check run', async () => {
    const { engineer, slug } = await newModel()
    const digest = await upload(engineer, saltedModel('first'))
    const sample = await upload(engineer, sampleCsv(8, 500), 'sample')
    const lineage = { trainingRun: 'run-7', gitCommit: 'abc', datasetVersion: '2001', featureSet: 'v3' }
    const documents = [{ kind: 'card', name: 'Card', body: '# What it is for' }]
    const made = value(
      await registerVersion(engineer, { model: slug, digest, sample, threshold: 0.25, metrics: { auc: 0.7 }, lineage, documents }),
    )
    expect(made).toMatchObject({ number: 1, status: 'pending', sameArtifact: [] })
    const version = await getVersion(engineer, slug, 1)
    expect(version).toMatchObject({
      threshold: 0.25,
      metrics: { auc: 0.7 },
      lineage,
      author: engineer.name,
      status: 'pending',
      sameArtifact: [],
    })
    expect(version.signature.inputs[0]).toEqual({ name: 'input', datatype: 'FP32', shape: [-1, 8] })
    expect(version.baseline).toMatchObject({ n: 500, labelled: 200 })
    expect(version.baseline?.features.map((feature) => feature.name)).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'])
    expect(await db().job.findUnique({ where: { key: `check-run:${made.id}` } })).toMatchObject({
      kind: 'check-run',
      payload: { versionId: made.id },
    })
    expect(await getDocument(engineer, slug, 1, version.documents[0]?.id ?? '')).toMatchObject({ body: '# What it is for', kind: 'card' })
  })

  it('numbers versions without gaps, also when twenty register at once and some are refused', async () => {
    const { engineer, slug } = await newModel()
    const digest = await upload(engineer, saltedModel('many'))
    const inputs = Array.from({ length: 20 }, (_item, i) => ({ model: slug, digest: i % 5 === 0 ? 'f'.repeat(64) : digest }))
    const results = await Promise.all(inputs.map((input) => registerVersion(engineer, input)))
    const numbers = results.flatMap((result) => (result.ok ? [result.value.number] : []))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_item, i) => i + 1))
  })

  it('takes the same artifact again and says which versions have it', async () => {
    const { engineer, slug } = await newModel()
    const digest = await upload(engineer, saltedModel('same'))
    value(await registerVersion(engineer, { model: slug, digest }))
    expect(value(await registerVersion(engineer, { model: slug, digest }))).toMatchObject({ number: 2, sameArtifact: [1] })
    expect((await getVersion(engineer, slug, 1)).sameArtifact).toEqual([2])
  })

  it.each<[string, (slug: string) => Promise<object>, string, RegExp]>([
    [
      'a digest that was never uploaded',
      async () => ({ digest: 'e'.repeat(64) }),
      'invalid',
      /No artifact with the digest e+ has been uploaded/,
    ],
    ['a digest that is none', async () => ({ digest: 'nonsense' }), 'invalid', /digest: A digest is 64/],
    ['a threshold above one', async () => ({ digest: 'e'.repeat(64), threshold: 25 }), 'invalid', /threshold: Between 0 and 1/],
    [
      'a sample of another width',
      async () => {
        const engineer = actorIn(null, 'engineer')
        return { digest: await upload(engineer, saltedModel('w')), sample: await upload(engineer, sampleCsv(5, 20), 'sample') }
      },
      'invalid',
      /has 5 feature columns .* the model takes 8 numbers/,
    ],
    [
      'a sample as its artifact',
      async () => ({ digest: await upload(actorIn(null, 'engineer'), sampleCsv(3, 9), 'sample') }),
      'unsupported',
      /a text file/,
    ],
  ])('refuses %s and leaves no version', async (_name, input, code, message) => {
    const { engineer, slug, id } = await newModel()
    const result = await registerVersion(engineer, { model: slug, ...(await input(slug)) })
    expect(result).toMatchObject({ ok: false, problem: { code, message: expect.stringMatching(message) } })
    expect(await db().modelVersion.count({ where: { modelId: id } })).toBe(0)
  })

  it('is refused to a viewer, and answers another team as not found', async () => {
    const { team, engineer, slug } = await newModel()
    const digest = await upload(engineer, saltedModel('rights'))
    expect(await registerVersion(team.actor('viewer'), { model: slug, digest })).toMatchObject({ problem: { code: 'forbidden' } })
    const other = (await newTeam()).actor('engineer')
    expect(await registerVersion(other, { model: slug, digest })).toMatchObject({ problem: { code: 'not-found' } })
    await expect(getModel(other, slug)).rejects.toMatchObject({ code: 'not-found' })
    await expect(listVersions(other, slug, {})).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what comes after registration', () => {
  it('a baseline is given once, sends the version back to its check run, and never changes', async () => {
    const { engineer, slug } = await newModel()
    const made = value(await registerVersion(engineer, { model: slug, digest: await upload(engineer, saltedModel('late')) }))
    await db().modelVersion.update({ where: { id: made.id }, data: { status: 'ready' } })
    const sample = await upload(engineer, sampleCsv(8, 50), 'sample')
    expect(value(await addBaseline(engineer, { model: slug, number: 1, sample }))).toMatchObject({ rows: 50 })
    expect((await getVersion(engineer, slug, 1)).status).toBe('pending')
    expect(await addBaseline(engineer, { model: slug, number: 1, sample })).toMatchObject({ problem: { code: 'conflict' } })
  })

  it('a document is added, never overwritten', async () => {
    const { engineer, slug } = await newModel()
    value(await registerVersion(engineer, { model: slug, digest: await upload(engineer, saltedModel('documents')) }))
    const report = { model: slug, number: 1, kind: 'report', name: 'Bias', body: 'first' }
    value(await addDocument(engineer, report))
    expect(await addDocument(engineer, { ...report, body: 'second' })).toMatchObject({
      problem: { code: 'invalid', message: expect.stringContaining('never overwritten') },
    })
    expect(await addDocument(engineer, { ...report, body: 'x'.repeat(200_001) })).toMatchObject({ problem: { code: 'invalid' } })
  })

  it('a version that passed is not checked again', async () => {
    const { engineer, slug } = await newModel()
    const made = value(await registerVersion(engineer, { model: slug, digest: await upload(engineer, saltedModel('again')) }))
    await db().modelVersion.update({ where: { id: made.id }, data: { status: 'failed' } })
    expect(value(await repeatCheck(engineer, { model: slug, number: 1 }))).toMatchObject({ status: 'pending' })
    await db().modelVersion.update({ where: { id: made.id }, data: { status: 'ready' } })
    expect(await repeatCheck(engineer, { model: slug, number: 1 })).toMatchObject({ problem: { code: 'conflict' } })
  })
})

describe('lists', () => {
  it('page by key through every version once, newest first', async () => {
    const { engineer, slug } = await newModel()
    const digest = await upload(engineer, saltedModel('pages'))
    for (let i = 0; i < 7; i++) value(await registerVersion(engineer, { model: slug, digest }))
    const seen: number[] = []
    let after = ''
    do {
      const page = await listVersions(engineer, slug, { limit: 3, after })
      seen.push(...page.items.map((item) => item.number))
      after = page.next ?? ''
    } while (after)
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1])
    await expect(listVersions(engineer, slug, { after: 'nonsense' })).rejects.toThrow(/not the cursor/)
  })

  it('of models search, filter and page within what the actor may read', async () => {
    const team = await newTeam()
    const mark = newId().slice(-8)
    for (const name of ['Beta', 'alpha', 'Gamma_%'])
      await db().model.create({
        data: {
          id: newId(),
          teamId: team.id,
          slug: `${name.replace(/\W/g, '').toLowerCase()}-${mark}`,
          name: `${name} ${mark}`,
          task: 'binary',
        },
      })
    const list = async (filter: object, actor = team.actor('viewer')) => listModels(actor, ListModels.parse(filter))
    const names = (page: Awaited<ReturnType<typeof list>>) => page.items.map((item) => item.name.split(' ')[0])
    expect(names(await list({}))).toEqual(['alpha', 'Beta', 'Gamma_%'])
    expect(names(await list({ q: 'a_%' }))).toEqual(['Gamma_%'])
    expect(names(await list({ status: 'ready' }))).toEqual([])
    const first = await list({ limit: 2 })
    expect(names(await list({ limit: 2, after: first.next }))).toEqual(['Gamma_%'])
    const newest = await list({ sort: 'newest', limit: 1 })
    expect(names(await list({ sort: 'newest', limit: 1, after: newest.next }))).toEqual(['alpha'])
    expect(names(await list({}, (await newTeam()).actor('viewer')))).toEqual([])
  })
})
