import { describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { actorIn, newModel, newTeam, value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { createEnvironment, editPolicy, removeEnvironment, setClusters } from './commands'
import { defaultPolicy } from './defaults'
import { getEnvironment, listEnvironments } from './queries'

testDatabase()
const admin = actorIn(null, 'admin')

async function newCluster(location: 'cloud' | 'on-prem') {
  const id = newId()
  const name = `${location}-${id.slice(-12)}`
  const config = { adminUrl: 'http://127.0.0.1:44001', publicUrl: 'http://127.0.0.1:44002' }
  await db().cluster.create({ data: { id, name, driver: 'local', location, config } })
  return { id, name }
}

async function newEnvironment() {
  const [cloud, onPrem] = [await newCluster('cloud'), await newCluster('on-prem')]
  const slug = `env-${cloud.id.slice(-12)}`
  const clusters = [
    { cluster: cloud.name, wave: 7 },
    { cluster: onPrem.name, wave: 3 },
  ]
  const made = value(await createEnvironment(admin, { slug, name: 'Production', kind: 'hybrid', clusters }))
  return { ...made, cloud, onPrem, clusters }
}

/** An endpoint with a rollout in a phase, as far as its tables go. */
async function newRollout(environmentId: string, phase: string) {
  const model = await newModel()
  const endpointId = newId()
  await db().endpoint.create({ data: { id: endpointId, modelId: model.id, environmentId, wakeAt: new Date() } })
  const hash = newId()
  await db().plan.create({ data: { hash, document: {} } })
  const rollout = { id: newId(), endpointId, planHash: hash, strategy: 'canary', phase, state: {}, authorId: 'x', authorName: 'x' }
  await db().rollout.create({ data: rollout })
  return { endpointId, rolloutId: rollout.id, model }
}

describe('an environment', () => {
  it('has its clusters in waves without gaps, and the default policy of its kind as version 1', async () => {
    const { slug, cloud, onPrem } = await newEnvironment()
    const environment = await getEnvironment(admin, slug)
    expect(environment.clusters.map(({ name, wave }) => ({ name, wave }))).toEqual([
      { name: onPrem.name, wave: 1 },
      { name: cloud.name, wave: 2 },
    ])
    expect(environment.policy).toMatchObject({ version: 1, author: admin.name, policy: defaultPolicy('hybrid') })
  })

  it.each<[string, string, (cloud: string, onPrem: string) => string[], RegExp]>([
    ['cloud with a cluster on-prem', 'cloud', (cloud, onPrem) => [cloud, onPrem], /only cloud clusters; "on-prem-\w+" is on-prem/],
    ['on-prem with a cluster in a cloud', 'on-prem', (cloud) => [cloud], /only on-prem clusters/],
    ['hybrid with one place only', 'hybrid', (cloud) => [cloud], /there is none on-prem/],
    ['with an unknown cluster', 'cloud', () => ['nowhere'], /There is no cluster "nowhere"/],
    ['with a cluster twice', 'cloud', (cloud) => [cloud, cloud], /may be chosen once/],
    ['without a cluster', 'cloud', () => [], /Choose at least one/],
  ])('of kind %s is refused', async (_name, kind, names, message) => {
    const [cloud, onPrem] = [await newCluster('cloud'), await newCluster('on-prem')]
    const slug = `bad-${cloud.id.slice(-12)}`
    const clusters = names(cloud.name, onPrem.name).map((cluster) => ({ cluster, wave: 1 }))
    const result = await createEnvironment(admin, { slug, name: 'Bad', kind, clusters })
    expect(result).toMatchObject({ ok: false, problem: { code: 'invalid', message: expect.stringMatching(message) } })
    expect(await db().environment.count({ where: { slug } })).toBe(0)
  })

  it('is managed by admins of the whole installation only', async () => {
    const { slug, clusters } = await newEnvironment()
    const team = await newTeam()
    for (const actor of [actorIn(null, 'engineer'), actorIn(null, 'sre'), team.actor('admin')]) {
      const result = await removeEnvironment(actor, { environment: slug })
      expect(result.ok, actor.name).toBe(false)
    }
    expect(await createEnvironment(actorIn(null, 'engineer'), { slug: `${slug}-2`, name: 'x', kind: 'hybrid', clusters })).toMatchObject({
      problem: { code: 'forbidden' },
    })
  })
})

describe('a policy', () => {
  it('gets a new version with each edit, and keeps who wrote each', async () => {
    const { slug } = await newEnvironment()
    const other = { ...actorIn(null, 'admin'), name: 'Ada' }
    const policy = { ...defaultPolicy('hybrid'), approvals: 2 }
    expect(value(await editPolicy(other, { environment: slug, basedOn: 1, policy }))).toMatchObject({ policyVersion: 2 })
    const { history } = await getEnvironment(admin, slug)
    expect(history.map(({ version, author, policy: { approvals } }) => ({ version, author, approvals }))).toEqual([
      { version: 2, author: 'Ada', approvals: 2 },
      { version: 1, author: admin.name, approvals: 1 },
    ])
  })

  it('names steps of its own clusters only; fewer of them, or a shorter soak, are proposed', async () => {
    const { slug, cloud } = await newEnvironment()
    const base = { ...defaultPolicy('hybrid'), pace: { ...defaultPolicy('hybrid').pace, soak: 600 } }
    const careful = { ...base, clusterSteps: [{ cluster: cloud.name, steps: [50, ...base.steps] }] }
    const edit = (basedOn: number, policy: object) => editPolicy(admin, { environment: slug, basedOn, policy: { ...careful, ...policy } })
    expect(await edit(1, { clusterSteps: [{ cluster: 'moon', steps: [10_000] }] })).toMatchObject({
      ok: false,
      problem: { code: 'invalid', fields: [{ path: 'clusterSteps.moon', message: expect.stringContaining('has no cluster "moon"') }] },
    })
    expect(value(await edit(1, {}))).toMatchObject({ policyVersion: 2, proposal: null })
    expect((await getEnvironment(admin, slug)).policy.policy).toMatchObject({ clusterSteps: careful.clusterSteps, pace: { soak: 600 } })
    const looser = value(await edit(2, { clusterSteps: [], pace: { ...base.pace, soak: 60 } }))
    expect(looser.proposal?.loosens).toEqual([
      expect.stringMatching(`Steps on ${cloud.name}: 1 %, .* instead of 0.5 %, 1 %`),
      'Soak of each cluster but the last: 60 s instead of 10 min.',
    ])
  })

  it('edited by two at once is written once; the other is told', async () => {
    const { slug } = await newEnvironment()
    const edits = [2, 3].map((approvals) =>
      editPolicy(admin, { environment: slug, basedOn: 1, policy: { ...defaultPolicy('hybrid'), approvals } }),
    )
    const results = await Promise.all(edits)
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(results.find((result) => !result.ok)).toMatchObject({
      problem: { code: 'stale', message: expect.stringContaining('is at version 2') },
    })
  })

  it.each<[string, object, RegExp]>([
    ['steps that go down', { steps: [500, 100, 10_000] }, /Steps must rise/],
    ['steps past 100 %', { steps: [500, 20_000] }, /at most 10,000/],
    ['an unknown gate', { gates: [{ metric: 'vibes' }] }, /gates\.0/],
  ])('with %s is refused at its field', async (_name, change, message) => {
    const { slug } = await newEnvironment()
    const result = await editPolicy(admin, { environment: slug, basedOn: 1, policy: { ...defaultPolicy('hybrid'), ...change } })
    expect(result).toMatchObject({ ok: false, problem: { code: 'invalid', message: expect.stringMatching(message) } })
    expect((await getEnvironment(admin, slug)).policy.version).toBe(1)
  })
})

describe('taking away', () => {
  it.each(['progressing', 'holding', 'awaiting-approval'])('is refused while a rollout is %s', async (phase) => {
    const { id, slug, onPrem, cloud } = await newEnvironment()
    await newRollout(id, phase)
    const clusters = [
      { cluster: cloud.name, wave: 1 },
      { cluster: onPrem.name, wave: 1 },
    ]
    for (const result of [await removeEnvironment(admin, { environment: slug }), await setClusters(admin, { environment: slug, clusters })])
      expect(result).toMatchObject({
        problem: { code: 'conflict', message: expect.stringMatching(new RegExp(`is refused while a rollout of .* is ${phase}`)) },
      })
  })

  it('is refused while an endpoint is served, and possible when it is removed', async () => {
    const { id, slug } = await newEnvironment()
    const { endpointId, model } = await newRollout(id, 'promoted')
    expect(await removeEnvironment(admin, { environment: slug })).toMatchObject({
      problem: { message: expect.stringContaining(`serves ${model.slug} in ${slug}`) },
    })
    await db().endpoint.update({ where: { id: endpointId }, data: { removedAt: new Date() } })
    // Retired, and a cluster has not said yet that it serves it no more.
    const place = {
      endpointId,
      clusterId: (await db().environmentCluster.findFirstOrThrow({ where: { environment: { slug } } })).clusterId,
    }
    await db().endpointCluster.create({ data: { ...place, generation: 2, wish: {}, acknowledgedGeneration: 1 } })
    expect(await removeEnvironment(admin, { environment: slug })).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    await db().endpointCluster.updateMany({ where: place, data: { acknowledgedGeneration: 2 } })
    value(await removeEnvironment(admin, { environment: slug }))
    await expect(getEnvironment(admin, slug)).rejects.toMatchObject({ code: 'not-found' })
    expect((await listEnvironments(admin)).environments.some((environment) => environment.id === id)).toBe(false)
  })

  it('frees the address for another', async () => {
    const { slug, clusters } = await newEnvironment()
    value(await removeEnvironment(admin, { environment: slug }))
    value(await createEnvironment(admin, { slug, name: 'Again', kind: 'hybrid', clusters }))
  })
})
