import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '@/prisma/test-database'
import { makeMember, makeTeam } from './auth/people.fixture'
import { db } from './db'
import { newId } from './id'
import { storedKey } from './idempotency'
import { createModel } from './models/commands'
import { commandRoute } from './route'
import { createToken } from './tokens/commands'

const { url } = testDatabase()
const door = commandRoute(createModel, 201)
let team: { id: string; slug: string }
let token: string
let actorId: string

beforeAll(async () => {
  team = await makeTeam()
  const maker = await makeMember([{ role: 'engineer' }])
  const made = await createToken(maker, { name: 'ci', teamId: null, scopes: ['team:read', 'model:write'], days: 1 })
  if (!made.ok) throw new Error(made.problem.message)
  token = made.value.token
  actorId = made.value.id
})

const wanted = () => ({ team: team.slug, slug: `model-${newId()}`, name: 'Model' })

async function send(key: string, body: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key }
  const answer = await door(new Request('http://127.0.0.1:3000/api/v1/models', { method: 'POST', headers, body: JSON.stringify(body) }), {
    params: Promise.resolve({}),
  })
  return { status: answer.status, body: await answer.text() }
}

const effects = async (slug: string) => ({
  models: await db().model.count({ where: { slug } }),
  audited: await db().audit.count({ where: { verb: 'model.create', targetName: slug } }),
})

/** Resolves when a session of this database waits for another's lock. */
async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const rows = await db().$queryRaw<unknown[]>`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%idempotency_key%'`
    if (rows.length > 0) return
  }
}

describe('commands with one idempotency key', () => {
  it('a hundred at once have one effect and one answer', async () => {
    const [key, body] = [newId(), wanted()]
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(key, body)))
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body}`)).size).toBe(1)
    expect(answers[0].status).toBe(201)
    expect(await effects(body.slug)).toEqual({ models: 1, audited: 1 })
    expect(await send(key, body)).toEqual(answers[0])
  })

  it('another body under a used key is refused and has no effect', async () => {
    const [key, other] = [newId(), wanted()]
    expect(await send(key, wanted())).toMatchObject({ status: 201 })
    expect(await send(key, other)).toMatchObject({ status: 422, body: expect.stringContaining('was used for another request') })
    expect(await effects(other.slug)).toEqual({ models: 0, audited: 0 })
  })

  it('one whose process dies before its end leaves nothing: the one that waited has the effect', async () => {
    const [key, body] = [newId(), wanted()]
    const dying = new pg.Client({ connectionString: url })
    dying.on('error', () => undefined)
    await dying.connect()
    await dying.query('begin')
    await dying.query(`insert into idempotency_key (actor_id, key, route, body_hash) values ($1, $2, 'model.create', 'x')`, [
      actorId,
      storedKey(key),
    ])
    const waiting = send(key, body)
    await untilSomebodyWaits()
    expect(await effects(body.slug)).toEqual({ models: 0, audited: 0 })
    await dying.end()
    expect(await waiting).toMatchObject({ status: 201 })
    expect(await effects(body.slug)).toEqual({ models: 1, audited: 1 })
  })

  it('one that was left "under way" by an earlier release is taken over', async () => {
    const [key, body] = [newId(), wanted()]
    await db().idempotencyKey.create({ data: { actorId, key: storedKey(key), route: 'model.create', bodyHash: 'x' } })
    expect(await send(key, body)).toMatchObject({ status: 201 })
    expect(await effects(body.slug)).toEqual({ models: 1, audited: 1 })
  })

  it('a refused one leaves the key free: what was put right may be sent again with it', async () => {
    const [key, body] = [newId(), wanted()]
    expect(await send(key, { ...body, team: 'no-such-team' })).toMatchObject({ status: 404 })
    expect(await send(key, body)).toMatchObject({ status: 201 })
  })

  it('the answer of one that shows a secret once stands in the database so that nobody without the key can read it', async () => {
    const maker = await makeMember([{ role: 'engineer' }])
    const once = { key: newId(), bodyHash: 'x' }
    const asked = { name: `ci-${newId()}`, teamId: null, scopes: ['team:read'], days: 1 }
    const first = await createToken(maker, asked, { once })
    if (!first.ok) throw new Error(first.problem.message)
    expect(await createToken(maker, asked, { once })).toEqual(JSON.parse(JSON.stringify(first)))
    const rows = JSON.stringify(await db().idempotencyKey.findMany({ where: { actorId: maker.id } }))
    expect(rows).not.toContain(first.value.token)
    expect(rows).not.toContain(once.key)
  })
})
