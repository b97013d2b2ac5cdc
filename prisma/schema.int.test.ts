import { spawnSync } from 'node:child_process'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from './test-database'

const { ownerUrl, pool } = testDatabase()
const ROOT = path.resolve(import.meta.dirname, '..')

/** The tables that only grow; changing a row of them is refused whoever asks. */
const APPEND_ONLY = [
  'public.ledger',
  'public.audit',
  'public.alias_move',
  'public.plan',
  'public.environment_policy',
  'public.policy_answer',
  'telemetry.evidence',
  'telemetry.label_evidence',
]

let owner: pg.Client

beforeAll(async () => {
  owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
})

afterAll(() => owner.end())

test('the migrations on an empty database make what schema.prisma says', () => {
  const args = ['scripts/prisma.mjs', 'migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code']
  const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: { NODE_ENV: 'test', DATABASE_URL: ownerUrl } })
  expect({ code: run.status, says: `${run.stdout}${run.stderr}` }).toMatchObject({ code: 0 })
})

describe('append-only', () => {
  test('is what exactly these tables are', async () => {
    const { rows } = await owner.query(`
      SELECT n.nspname || '.' || c.relname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE t.tgname = 'append_only_truncate' AND NOT c.relispartition`)
    expect(rows.map((row) => row.name).sort()).toEqual([...APPEND_ONLY].sort())
  })

  test.each(APPEND_ONLY)('%s refuses UPDATE, DELETE and TRUNCATE, also from its owner', async (table) => {
    await expect(owner.query(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/append-only/)
    const { rows } = await owner.query(`SELECT tgtype, tgenabled FROM pg_trigger WHERE tgrelid = $1::regclass AND tgname = 'append_only'`, [
      table,
    ])
    // Before (2), for each row (1), on DELETE (8) and UPDATE (16); enabled.
    expect(rows).toEqual([{ tgtype: 27, tgenabled: 'O' }])
  })

  test.each(APPEND_ONLY)('%s refuses UPDATE, DELETE and TRUNCATE from the application by its rights', async (table) => {
    const { rows } = await pool.query('SELECT right_name FROM unnest($2::text[]) AS right_name WHERE has_table_privilege($1, right_name)', [
      table,
      ['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'],
    ])
    expect(rows).toEqual([])
  })
})

describe('the role that runs the application', () => {
  test('may not change tables, nor see the migrations', async () => {
    await expect(pool.query('CREATE TABLE public.mine (id int)')).rejects.toThrow(/permission denied/)
    await expect(pool.query('CREATE TABLE telemetry.mine (id int)')).rejects.toThrow(/permission denied/)
    await expect(pool.query('ALTER TABLE public.ledger DISABLE TRIGGER ALL')).rejects.toThrow(/must be owner/)
    await expect(pool.query('DROP TABLE public.audit')).rejects.toThrow(/must be owner/)
    await expect(pool.query('SELECT * FROM _prisma_migrations')).rejects.toThrow(/permission denied/)
  })

  test('may read and add to every table', async () => {
    const { rows } = await pool.query(`
      SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('public', 'telemetry') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
        AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT'))`)
    expect(rows).toEqual([])
  })

  test('gets partitions for the time it asks for, and writes into them', async () => {
    const far = '2031-05-05T00:00:00Z'
    const made = await pool.query(`SELECT telemetry.ensure_partitions($1, $1::timestamptz + interval '1 hour') AS made`, [far])
    expect(made.rows[0].made).toBeGreaterThan(0)
    const again = await pool.query(`SELECT telemetry.ensure_partitions($1, $1::timestamptz + interval '1 hour') AS made`, [far])
    expect(again.rows[0].made).toBe(0)
  })
})

test('every foreign key has an index that begins with its columns', async () => {
  const { rows } = await owner.query(`
    SELECT c.conrelid::regclass::text AS table_name, c.conname FROM pg_constraint c
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
        AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] <@ c.conkey)`)
  expect(rows).toEqual([])
})
