import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { testDatabase } from '@/prisma/test-database'
import { checkChain } from './replay/store'
import { appendLedger } from './store'

const { pool, url } = testDatabase()
const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')
const migration = (name: string) => readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8')
const by = { id: newId(), name: 'Ana \u2028 "Ü" \\ 1e21' }
const events = Array.from({ length: 6 }, (_, i) => ({ kind: 'approved' as const, by, have: i / 3, need: 1e-7 * i }))

/** The superuser, who may switch triggers off: what the rights and triggers of the ledger cannot hold back. */
let root: pg.Client
let id = ''

/** A rollout without a ledger, with all that it hangs on. */
async function makeRollout(client: { query: (text: string, values?: unknown[]) => Promise<unknown> }): Promise<string> {
  const made = newId()
  const insert = (table: string, columns: string, values: string) =>
    client.query(`insert into ${table} (${columns}) values (${values.replaceAll('$id', `'${made}'`)})`)
  await insert('team', 'id, slug, name', '$id, $id, $id')
  await insert('model', 'id, team_id, slug, name, task', `$id, $id, $id, $id, 'binary'`)
  await insert('environment', 'id, slug, name, kind', `$id, $id, $id, 'cloud'`)
  await insert('endpoint', 'id, model_id, environment_id, wake_at', '$id, $id, $id, now()')
  await insert('plan', 'hash, document', `$id, '{}'`)
  const row = `$id, $id, $id, 'canary', 'cancelled', '{}', 'a', 'A'`
  await insert('rollout', 'id, endpoint_id, plan_hash, strategy, phase, state, author_id, author_name', row)
  return made
}

beforeAll(async () => {
  root = new pg.Client({ connectionString: `${inject('postgres').superuser}${new URL(url).pathname.slice(1)}` })
  await root.connect()
  await root.query(`set session_replication_role = replica`)
})

afterAll(() => root.end())

beforeEach(async () => {
  id = await makeRollout(root)
  await db().$transaction((tx) => appendLedger(tx, id, events.slice(0, 2), new Date(1_700_000_000_123)))
  await db().$transaction((tx) => appendLedger(tx, id, events.slice(2), new Date()))
})

describe('a ledger', () => {
  test('that nobody touched is intact, and ends at the head that the rollout knows of', async () => {
    const { ledgerHash, ledgerSeq } = await db().rollout.findUniqueOrThrow({ where: { id } })
    expect(await checkChain(db(), id)).toEqual({ intact: true, rows: 6, head: ledgerHash, faults: [] })
    expect(ledgerSeq).toBe(6)
  })

  test('is the same chain by the SQL of its decision record', async () => {
    const record = readFileSync(path.join(MIGRATIONS, '../../docs/decisions/008-ledger-chain.md'), 'utf8')
    const sql = record.split('```sql')[1]?.split('```')[0] ?? ''
    expect((await root.query(sql)).rows).toEqual([])
    await root.query(`update ledger set at = at + interval '1 ms' where rollout_id = $1 and seq = 3`, [id])
    expect((await root.query(sql)).rows).toEqual([{ rollout_id: id, seq: 3 }])
  })

  test('refuses a seq that is left out or taken twice, and links rows whatever hash they bring', async () => {
    const add = (seq: number) =>
      pool.query(`insert into ledger (rollout_id, seq, at, kind, payload, hash) values ($1, $2, now(), 'x', '{}', repeat('f', 64))`, [
        id,
        seq,
      ])
    await expect(add(8)).rejects.toThrow(/the next row .* is 7, not 8/)
    await expect(add(6)).rejects.toThrow(/the next row .* is 7, not 6/)
    await add(7)
    expect(await checkChain(db(), id)).toMatchObject({ intact: true, rows: 7 })
  })

  test('of two writers at once has no gap and no double', async () => {
    const write = (n: number) =>
      db().$transaction(async (tx) => {
        await tx.$queryRaw`select id from rollout where id = ${id}::uuid for update`
        await appendLedger(tx, id, [{ kind: 'approved', by, have: n, need: n }], new Date())
      })
    await Promise.all([1, 2, 3, 4, 5].map(write))
    expect(await checkChain(db(), id)).toMatchObject({ intact: true, rows: 11 })
  })
})

describe('by its owner with the triggers off, a row', () => {
  const faults = async () => (await checkChain(db(), id)).faults.map(({ seq, what }) => `${seq} ${what}`)

  test.each([
    ['payload', `payload = jsonb_set(payload, '{have}', '2')`],
    ['kind', `kind = 'launched'`],
    ['time', `at = at - interval '1 ms'`],
  ])('whose %s was changed is found and named', async (_what, set) => {
    await root.query(`update ledger set ${set} where rollout_id = $1 and seq = 4`, [id])
    expect(await faults()).toEqual(['4 changed'])
  })

  test('that was changed and hashed anew is found where the next row no longer follows it', async () => {
    await root.query(
      `update ledger set kind = 'launched', hash = ledger_hash(rollout_id, seq, 'launched', payload, at, prev_hash) where rollout_id = $1 and seq = 4`,
      [id],
    )
    expect(await faults()).toEqual(['5 not-linked'])
  })

  test('that was removed is named, also the last', async () => {
    await root.query(`delete from ledger where rollout_id = $1 and seq in (3, 6)`, [id])
    expect(await faults()).toEqual(['3 missing', '4 not-linked', '6 missing'])
  })

  test('that was removed with the rest moved up is found', async () => {
    await root.query(`delete from ledger where rollout_id = $1 and seq = 3`, [id])
    for (const seq of [4, 5, 6]) await root.query(`update ledger set seq = seq - 1 where rollout_id = $1 and seq = $2`, [id, seq])
    expect(await faults()).toEqual(['3 changed', '3 not-linked', '4 changed', '5 changed', '6 missing'])
  })

  test('that was swapped with another is found, and so is the other', async () => {
    for (const [from, to] of [
      [2, 100],
      [5, 2],
      [100, 5],
    ])
      await root.query(`update ledger set seq = $3 where rollout_id = $1 and seq = $2`, [id, from, to])
    expect(await faults()).toEqual(expect.arrayContaining(['2 changed', '5 changed']))
  })

  test('that was put in, at the end or between, with a hash of its own, is found', async () => {
    const forge = (seq: number, prev: string) =>
      root.query(
        `insert into ledger (rollout_id, seq, at, kind, payload, prev_hash, hash)
         select $1, $2, now(), 'x', '{}', $3, ledger_hash($1, $2, 'x', '{}', now(), $3)`,
        [id, seq, prev],
      )
    const { head } = await checkChain(db(), id)
    await forge(7, head)
    expect(await faults()).toContain('7 beyond-head')
    await root.query(`delete from ledger where rollout_id = $1 and seq = 7`, [id])
    for (const seq of [6, 5, 4]) await root.query(`update ledger set seq = seq + 1 where rollout_id = $1 and seq = $2`, [id, seq])
    await forge(4, '0'.repeat(64))
    expect(await faults()).toEqual(expect.arrayContaining(['4 not-linked', '5 changed', '6 changed', '7 changed']))
  })
})

test('rows from before the chain are chained by the migration as they stood', async () => {
  const name = `before_${newId().slice(-12)}`
  await root.query(`create database ${name}`)
  const old = new pg.Client({ connectionString: `${inject('postgres').superuser}${name}` })
  await old.connect()
  try {
    await old.query('create table _prisma_migrations (id int)')
    await old.query(migration('0001_init'))
    const rollouts = [await makeRollout(old), await makeRollout(old)]
    for (const rollout of rollouts)
      for (const seq of [1, 2, 3])
        await old.query(`insert into ledger (rollout_id, seq, at, kind, payload) values ($1, $2, now(), 'held', $3)`, [
          rollout,
          seq,
          { seq },
        ])
    await old.query(migration('0004_ledger_chain'))
    await old.query(`insert into ledger (rollout_id, seq, at, kind, payload) values ($1, 4, now(), 'x', '{}')`, [rollouts[0]])
    const { rows } = await old.query(
      `select count(*)::int as n, bool_and(hash = ledger_hash(rollout_id, seq, kind, payload, at, prev_hash)) as whole,
         count(distinct prev_hash)::int as links from ledger`,
    )
    expect(rows).toEqual([{ n: 7, whole: true, links: 6 }])
    const heads = await old.query('select id, ledger_seq from rollout order by ledger_seq')
    expect(heads.rows.map((row) => row.ledger_seq)).toEqual([3, 4])
    await expect(old.query(`update ledger set kind = 'y'`)).rejects.toThrow(/append-only/)
  } finally {
    await old.end()
  }
})
