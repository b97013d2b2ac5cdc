import { beforeAll, expect, it } from 'vitest'
import { POST as STEER } from '@/app/api/v1/rollouts/[rolloutId]/[verb]/route'
import { POST as LAUNCH } from '@/app/api/v1/rollouts/route'
import { type House, makeHouse } from '@/lib/approvals/house.fixture'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { createToken } from '@/lib/tokens/commands'
import { testDatabase } from '@/prisma/test-database'

// A CI job that is impatient: the same act on a rollout again and again, over REST, under one idempotency key.

testDatabase()
let token: string
beforeAll(async () => {
  const engineer = await makeMember([{ role: 'engineer' }])
  const scopes = ['rollout:launch', 'rollout:pause', 'rollout:resume', 'rollout:return', 'rollout:promote']
  const made = await createToken(engineer, { name: 'ci', teamId: null, scopes, days: 1 })
  if (!made.ok) throw new Error(made.problem.message)
  token = made.value.token
})

interface Answer {
  status: number
  body: { id: string; phase?: string; revision?: number; detail?: string }
}

function ask(key: string, body: object): Request {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key }
  return new Request('http://127.0.0.1:3000/api/v1/rollouts', { method: 'POST', headers, body: JSON.stringify(body) })
}

async function launch(key: string, body: object): Promise<Answer> {
  const answer = await LAUNCH(ask(key, body), { params: Promise.resolve({}) })
  return { status: answer.status, body: await answer.json() }
}

async function steer(key: string, rolloutId: string, verb: string, body: object): Promise<Answer> {
  const answer = await STEER(ask(key, body), { params: Promise.resolve({ rolloutId, verb }) })
  return { status: answer.status, body: await answer.json() }
}

const hundred = (act: (i: number) => Promise<Answer>) => Promise.all(Array.from({ length: 100 }, (_, i) => act(i)))
const texts = (answers: Answer[]) => new Set(answers.map((answer) => JSON.stringify(answer)))
const wanted = (house: House) => ({ model: house.model, environment: house.environment, version: 2 })

async function launched(): Promise<string> {
  const { status, body } = await launch(newId(), wanted(await makeHouse(0)))
  expect(status).toBe(201)
  return body.id
}

/** What stands in the ledger of it, by kind, and in the trail, by verb. */
async function effects(id: string) {
  const rows = await db().ledger.findMany({ where: { rolloutId: id }, orderBy: { seq: 'asc' }, select: { kind: true } })
  const audits = await db().audit.findMany({ where: { targetId: id }, orderBy: { id: 'asc' }, select: { verb: true } })
  const { revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
  return { ledger: rows.map(({ kind }) => kind), audits: audits.map(({ verb }) => verb), revision }
}

it('a launch sent a hundred times at once under one key makes one rollout, and each answer is the same', async () => {
  const house = await makeHouse(0)
  const key = newId()
  const answers = await hundred(() => launch(key, wanted(house)))
  expect(texts(answers).size).toBe(1)
  expect(answers[0].status).toBe(201)
  expect(await db().rollout.findMany({ where: { endpointId: house.endpointId }, select: { id: true } })).toEqual([
    { id: answers[0].body.id },
  ])
  expect((await effects(answers[0].body.id)).audits).toEqual(['rollout.launch'])
  expect(await launch(key, wanted(house))).toEqual(answers[0])
})

it('of two different launches sent fifty times each at once under one key only one has an effect: the other is refused each time', async () => {
  const house = await makeHouse(0)
  const key = newId()
  const bodies = [wanted(house), { ...wanted(house), replicas: 2 }]
  const answers = await hundred((i) => launch(key, bodies[i % 2]))
  const won = answers.findIndex(({ status }) => status === 201) % 2
  expect(texts(answers.filter((_, i) => i % 2 === won)).size).toBe(1)
  for (const { status, body } of answers.filter((_, i) => i % 2 !== won))
    expect([status, body.detail]).toEqual([422, 'This idempotency key was used for another request.'])
  expect(await db().rollout.count({ where: { endpointId: house.endpointId } })).toBe(1)
})

it.each([
  ['pause', 'held', 'rollout.pause'],
  ['lower', 'held', 'rollout.lower'],
  ['return', 'returning', 'rollout.return'],
])('%s sent a hundred times at once under one key acts once, and each answer is the same', async (verb, event, audit) => {
  const id = await launched()
  const before = await effects(id)
  const key = newId()
  const answers = await hundred(() => steer(key, id, verb, { reason: 'Stop.' }))
  expect(texts(answers).size).toBe(1)
  expect(answers[0]).toMatchObject({ status: 200, body: { id } })
  const after = await effects(id)
  expect(after.audits).toEqual([...before.audits, audit])
  expect(after.ledger.filter((kind) => kind === event)).toHaveLength(1)
  expect(after.revision).toBe(answers[0].body.revision)
})

it('a key that carried one act on a rollout carries no other: neither another reason, nor another verb, nor another rollout', async () => {
  const [id, other] = [await launched(), await launched()]
  const key = newId()
  expect((await steer(key, id, 'pause', { reason: 'Lunch.' })).status).toBe(200)
  const before = [await effects(id), await effects(other)]
  const { revision } = before[0]
  for (const [of, verb, body] of [
    [id, 'pause', { reason: 'Dinner.' }],
    [id, 'return', { reason: 'Lunch.' }],
    [id, 'resume', { revision }],
    [other, 'pause', { reason: 'Lunch.' }],
  ] as const)
    expect(await steer(key, of, verb, body)).toMatchObject({ status: 422, body: { detail: expect.stringContaining('another request') } })
  expect([await effects(id), await effects(other)]).toEqual(before)
})

it('a resume refused as stale leaves its key free: sent again under it with the revision that there is, it acts', async () => {
  const id = await launched()
  const paused = await steer(newId(), id, 'pause', {})
  const key = newId()
  expect((await steer(key, id, 'resume', { revision: Number(paused.body.revision) + 7 })).status).toBe(409)
  expect(await steer(key, id, 'resume', { revision: paused.body.revision })).toMatchObject({ status: 200, body: { phase: 'starting' } })
})
