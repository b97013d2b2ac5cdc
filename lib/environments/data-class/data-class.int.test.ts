import { describe, expect, it } from 'vitest'
import { GET as MISPLACED } from '@/app/api/v1/misplaced/route'
import { POST as PREVIEW } from '@/app/api/v1/rollouts/preview/route'
import { POST as LAUNCH } from '@/app/api/v1/rollouts/route'
import { approveRollout } from '@/lib/approvals/commands'
import { type House, makeHouse } from '@/lib/approvals/house.fixture'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { editModel } from '@/lib/models/commands'
import type { DataClass } from '@/lib/models/schema'
import { launchRollout, previewRollout, rerunRollout, returnEndpoint } from '@/lib/rollouts/commands'
import { compileReturn } from '@/lib/rollouts/plan'
import { planHash } from '@/lib/rollouts/plan-hash'
import { resumeRollout, returnRollout } from '@/lib/rollouts/steering/commands'
import { createToken } from '@/lib/tokens/commands'
import { value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { createEnvironment, editEnvironment, setClusters } from '../commands'
import { defaultPolicy } from '../defaults'
import { getEnvironment, listEnvironments } from '../queries'
import { listMisplaced } from './queries'

testDatabase()

type Location = 'cloud' | 'on-prem'

async function newCluster(location: Location) {
  const id = newId()
  const name = `${location}-${id.slice(-12)}`
  const config = { adminUrl: 'http://127.0.0.1:44001', publicUrl: 'http://127.0.0.1:44002' }
  await db().cluster.create({ data: { id, name, driver: 'local', location, config } })
  return name
}

/** A house whose model is of a class, in an environment of a kind with a cluster per place (wave 1, 2, ...); `serves` as the database holds it. */
async function placedHouse(dataClass: DataClass, places: Location[], { serves = 'restricted', approvals = 0 } = {}) {
  const house = await makeHouse(approvals)
  const kind = new Set(places).size > 1 ? 'hybrid' : places[0]
  await db().model.update({ where: { slug: house.model }, data: { dataClass } })
  await db().environment.update({ where: { id: house.environmentId }, data: { kind, dataClass: serves } })
  await db().cluster.update({ where: { id: house.clusterId }, data: { location: places[0] } })
  const names = [`cluster-${house.clusterId}`]
  for (const place of places.slice(1)) {
    const name = await newCluster(place)
    const { id: clusterId } = await db().cluster.findUniqueOrThrow({ where: { name } })
    await db().environmentCluster.create({ data: { environmentId: house.environmentId, clusterId, wave: names.length } })
    names.push(name)
  }
  return { ...house, names }
}

/** An earlier promotion of a version here, as the database would hold it. */
async function promotedBefore({ endpointId, model, environment, clusterId }: House, to: { id: string; number: number; digest: string }) {
  const plan = compileReturn({
    ...{ rolloutId: newId(), endpoint: { id: endpointId, model, environment }, from: null, to, policyVersion: 1, replicas: 1, authors: [] },
    policy: defaultPolicy('cloud'),
    waves: [{ clusterId, cluster: 'c' }],
  })
  await db().plan.create({ data: { hash: planHash(plan), document: plan } })
  const why = { cause: 'acknowledged' }
  const state = { phase: 'promoted', since: 0, why, watch: 'none', watchUntil: null, warmUntil: 0, firstWeightAt: {} }
  const row = { id: plan.rolloutId, endpointId, planHash: planHash(plan), strategy: 'return', toVersionId: to.id, phase: 'promoted', state }
  await db().rollout.create({ data: { ...row, authorId: newId(), authorName: 'A', endedAt: new Date(0) } })
}

const choice = ({ model, environment }: House) => ({ model, environment, version: 2 })
const engineer = () => makeMember([{ role: 'engineer' }])
const admin = () => makeMember([{ role: 'admin' }])
const CLOUD = /works on restricted data, which stays on-prem, and env-\S+ runs on \S+ in a cloud\. Launch it in an on-prem environment/

describe('a model with restricted data', () => {
  it.each<[string, Location[]]>([
    ['a cloud environment', ['cloud']],
    ['a hybrid environment whose first wave is on-prem', ['on-prem', 'cloud']],
  ])('is refused in %s whatever the environment says: in the preview, by a launch, and by a launch again', async (_name, places) => {
    const house = await placedHouse('restricted', places)
    const actor = await engineer()
    const refused = { ok: false, problem: { code: 'invalid', fields: [{ path: 'environment', message: expect.stringMatching(CLOUD) }] } }
    expect(await previewRollout(actor, choice(house))).toMatchObject(refused)
    expect(await launchRollout(actor, choice(house))).toMatchObject(refused)
    expect(await db().rollout.count({ where: { endpointId: house.endpointId } })).toBe(0)
    await db().model.update({ where: { slug: house.model }, data: { dataClass: 'internal' } })
    const { id: rolloutId } = value(await launchRollout(actor, choice(house)))
    await db().model.update({ where: { slug: house.model }, data: { dataClass: 'restricted' } })
    expect(await rerunRollout(actor, { rolloutId })).toMatchObject(refused)
  })

  it('is refused by REST, with the field that is wrong', async () => {
    const house = await placedHouse('restricted', ['cloud'])
    const made = value(await createToken(await engineer(), { name: 'ci', teamId: null, scopes: ['rollout:launch'], days: 1 }))
    for (const door of [PREVIEW, LAUNCH]) {
      const headers = { authorization: `Bearer ${made.token}`, 'content-type': 'application/json' }
      const request = new Request('http://127.0.0.1:3000/api/v1/rollouts', { method: 'POST', headers, body: JSON.stringify(choice(house)) })
      const answer = await door(request, { params: Promise.resolve({}) })
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(CLOUD), fields: [{ path: 'environment' }] })
    }
  })

  it('is launched on-prem', async () => {
    const house = await placedHouse('restricted', ['on-prem'])
    expect(await launchRollout(await engineer(), choice(house))).toMatchObject({ ok: true, value: { phase: 'starting' } })
  })

  it('is refused when the yes takes effect, if its class was raised since the request: nothing starts, and no yes is stored', async () => {
    const house = await placedHouse('internal', ['cloud'], { serves: 'internal', approvals: 1 })
    const asked = value(await launchRollout(await engineer(), choice(house)))
    value(await editModel(await engineer(), { model: house.model, dataClass: 'restricted' }))
    const approver = await makeMember([{ role: 'approver' }])
    const yes = { rolloutId: asked.id, planHash: asked.planHash, revision: 0 }
    expect(await approveRollout(approver, yes)).toMatchObject({
      ok: false,
      problem: { code: 'conflict', message: expect.stringMatching(/^Nothing was started\. .*restricted data/) },
    })
    expect(await db().rollout.findUniqueOrThrow({ where: { id: asked.id } })).toMatchObject({ phase: 'awaiting-approval' })
    expect(await db().approval.count({ where: { rolloutId: asked.id } })).toBe(0)
    value(await editModel(await engineer(), { model: house.model, dataClass: 'internal' }))
    expect(await approveRollout(approver, yes)).toMatchObject({ ok: true, value: { started: true } })
  })

  it('goes back to an earlier version also in a cloud, and out of a rollout under way: a return is always allowed', async () => {
    const house = await placedHouse('internal', ['cloud'], { serves: 'internal' })
    const actor = await engineer()
    const { id: rolloutId } = value(await launchRollout(actor, choice(house)))
    await db().model.update({ where: { slug: house.model }, data: { dataClass: 'restricted' } })
    await db().environment.update({ where: { id: house.environmentId }, data: { dataClass: 'public' } })
    expect(await returnRollout(actor, { rolloutId })).toMatchObject({ ok: true, value: { phase: 'returning' } })
    const [one, two] = await db().modelVersion.findMany({
      where: { model: { slug: house.model } },
      select: { id: true, number: true, digest: true },
      orderBy: { number: 'asc' },
    })
    await promotedBefore(house, one)
    await db().endpoint.update({ where: { id: house.endpointId }, data: { liveVersionId: two.id } })
    expect(await returnEndpoint(actor, { endpointId: house.endpointId, version: 1 })).toMatchObject({ ok: true })
  })

  it('cannot begin beside the raise of its class: one comes after the other, and what then does not fit is shown', async () => {
    const house = await placedHouse('internal', ['cloud'], { serves: 'internal' })
    const [actor, author] = [await engineer(), await engineer()]
    const [launched, raised] = await Promise.all([
      launchRollout(actor, choice(house)),
      editModel(author, { model: house.model, dataClass: 'restricted' }),
    ])
    expect(raised.ok).toBe(true)
    if (!launched.ok) expect(launched.problem.message).toMatch(CLOUD)
    expect(await listMisplaced(actor, { endpointId: house.endpointId })).toHaveLength(1)
    expect(await launchRollout(actor, choice(house))).toMatchObject({ problem: { message: expect.stringMatching(CLOUD) } })
  })
})

it('launches, raises and lowers of one model at once wait for each other: none fails on our side', async () => {
  const house = await placedHouse('internal', ['cloud'], { serves: 'internal' })
  const [actor, manager] = [await engineer(), await admin()]
  const acts = (['restricted', 'internal', 'public'] as const).flatMap((dataClass) => [
    () => editModel(actor, { model: house.model, dataClass }),
    () => launchRollout(actor, choice(house)),
    () => editEnvironment(manager, { environment: house.environment, dataClass: dataClass === 'public' ? 'public' : 'internal' }),
  ])
  const results = await Promise.all([...acts, ...acts].map((act) => act()))
  expect(results.flatMap((result) => (result.ok ? [] : [result.problem.code])).filter((code) => code === 'internal')).toEqual([])
})

describe('the class of a model', () => {
  it('may be raised while it is served in a cloud: that is said where it is, to those who may read it, until it is retired', async () => {
    const house = await placedHouse('internal', ['on-prem', 'cloud'], { serves: 'internal' })
    const actor = await engineer()
    const where = { environment: house.environment }
    expect(await listMisplaced(actor, where)).toEqual([])
    value(await editModel(actor, { model: house.model, dataClass: 'restricted' }))
    expect(await listMisplaced(actor, where)).toEqual([
      {
        endpointId: house.endpointId,
        model: house.model,
        environment: house.environment,
        wrong: `${house.model} works on restricted data, which stays on-prem, and ${house.environment} runs on ${house.names[1]} in a cloud.`,
        right: expect.stringMatching(/on-prem environment/),
      },
    ])
    const made = value(await createToken(actor, { name: 'ci', teamId: null, scopes: ['team:read'], days: 1 }))
    const headers = { authorization: `Bearer ${made.token}` }
    const request = new Request(`http://127.0.0.1:3000/api/v1/misplaced?model=${house.model}`, { headers })
    const answer = await MISPLACED(request, { params: Promise.resolve({}) })
    expect(await answer.json()).toMatchObject([{ endpointId: house.endpointId, environment: house.environment }])
    const stranger = await makeMember([{ role: 'engineer', teamId: (await makeTeam()).id }])
    expect(await listMisplaced(stranger, where)).toEqual([])
    await db().endpoint.update({ where: { id: house.endpointId }, data: { removedAt: new Date() } })
    expect(await listMisplaced(actor, where)).toEqual([])
    expect(await db().audit.findFirstOrThrow({ where: { verb: 'model.edit', targetName: house.model } })).toMatchObject({
      detail: { dataClass: 'restricted', dataClassBefore: 'internal', paused: [] },
    })
  })

  it('raised under a rollout that brings it to a cloud pauses that rollout, with the reason, and once only; one that returns goes on returning', async () => {
    const house = await placedHouse('internal', ['on-prem', 'cloud'], { serves: 'internal' })
    const actor = await engineer()
    const { id: rolloutId } = value(await launchRollout(actor, choice(house)))
    const held = async () => db().rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    const raise = async () => value(await editModel(actor, { model: house.model, name: 'Credit', dataClass: 'restricted' }))
    await raise()
    const { phase, state } = await held()
    expect({ phase, state }).toMatchObject({
      phase: 'holding',
      state: { holds: [{ reason: 'person', detail: expect.stringMatching(CLOUD) }] },
    })
    expect(await db().ledger.count({ where: { rolloutId, kind: 'held' } })).toBe(1)
    const { revision } = await held()
    value(await resumeRollout(actor, { rolloutId, revision }))
    await raise()
    expect(await held()).toMatchObject({ phase: 'starting' })
    value(await editModel(actor, { model: house.model, dataClass: 'public' }))
    value(await returnRollout(actor, { rolloutId }))
    await raise()
    expect(await held()).not.toMatchObject({ phase: 'holding' })
  })

  it.each(['personal', 'secret', ''])('is one of three: %j is refused at its field', async (dataClass) => {
    const house = await makeHouse()
    expect(await editModel(await engineer(), { model: house.model, dataClass })).toMatchObject({
      problem: { code: 'invalid', fields: [{ path: 'dataClass', message: expect.stringMatching(/public.*internal.*restricted/) }] },
    })
  })
})

describe('what an environment serves', () => {
  it.each<[Location[], DataClass]>([
    [['cloud'], 'internal'],
    [['on-prem', 'cloud'], 'internal'],
    [['on-prem'], 'restricted'],
  ])('is by default, with clusters %j, %s data', async (places, dataClass) => {
    const names = await Promise.all(places.map(newCluster))
    const slug = `env-${newId().slice(-12)}`
    const kind = places.length > 1 ? 'hybrid' : places[0]
    value(await createEnvironment(await admin(), { slug, name: 'E', kind, clusters: names.map((cluster) => ({ cluster, wave: 1 })) }))
    const reader = await makeMember([{ role: 'viewer' }])
    expect(await getEnvironment(reader, slug)).toMatchObject({ dataClass })
    expect((await listEnvironments(reader, { q: slug })).environments).toMatchObject([{ dataClass }])
  })

  it('is said by who manages environments only, stands in the trail, and is never restricted data where clusters are in a cloud', async () => {
    const house = await placedHouse('internal', ['on-prem', 'cloud'], { serves: 'internal' })
    const edit = { environment: house.environment, dataClass: 'public' }
    expect(await editEnvironment(await engineer(), edit)).toMatchObject({ problem: { code: 'forbidden' } })
    expect(await editEnvironment(await admin(), { ...edit, dataClass: 'restricted' })).toMatchObject({
      problem: { code: 'invalid', fields: [{ path: 'dataClass', message: expect.stringMatching(/stays on-prem/) }] },
    })
    value(await editEnvironment(await admin(), edit))
    const trail = await db().audit.findFirstOrThrow({ where: { verb: 'environment.edit', targetId: house.environmentId } })
    expect(trail.detail).toEqual({ dataClass: 'public', dataClassBefore: 'internal', paused: [] })
    expect(await launchRollout(await engineer(), choice(house))).toMatchObject({
      problem: { message: expect.stringMatching(/works on internal data, and env-\S+ serves public data at most/) },
    })
    expect(await listMisplaced(await engineer(), { endpointId: house.endpointId })).toHaveLength(1)
  })

  it('when it is lowered pauses the rollouts under way whose data it serves no more, and no others', async () => {
    const [house, other] = [await placedHouse('internal', ['cloud'], { serves: 'internal' }), await placedHouse('internal', ['cloud'])]
    const actor = await engineer()
    const [{ id: mine }, { id: theirs }] = [
      value(await launchRollout(actor, choice(house))),
      value(await launchRollout(actor, choice(other))),
    ]
    value(await editEnvironment(await admin(), { environment: house.environment, dataClass: 'public' }))
    const phases = await db().rollout.findMany({ where: { id: { in: [mine, theirs] } }, orderBy: { id: 'asc' }, select: { phase: true } })
    expect(phases).toEqual([{ phase: 'holding' }, { phase: 'starting' }])
    const trail = await db().audit.findFirstOrThrow({ where: { verb: 'environment.edit', targetId: house.environmentId } })
    expect(trail.detail).toMatchObject({ paused: [`${house.model} v1 to v2 in ${house.environment}`] })
  })

  it('keeps a cluster in a cloud from coming to restricted data, by name; the clusters it has may change their waves', async () => {
    const house = await placedHouse('restricted', ['on-prem', 'cloud'], { serves: 'internal' })
    const [cloud, onPrem] = [await newCluster('cloud'), await newCluster('on-prem')]
    const now = house.names.map((cluster) => ({ cluster, wave: 1 }))
    const set = async (clusters: object[]) => setClusters(await admin(), { environment: house.environment, clusters })
    expect(await set([...now, { cluster: cloud, wave: 2 }])).toMatchObject({
      problem: {
        code: 'invalid',
        fields: [
          {
            path: 'clusters',
            message: `${cloud} would come to serve ${house.model}, whose restricted data stays on-prem: leave clusters in a cloud out, or retire that endpoint here first.`,
          },
        ],
      },
    })
    value(await set([...now, { cluster: onPrem, wave: 2 }]))
  })
})
