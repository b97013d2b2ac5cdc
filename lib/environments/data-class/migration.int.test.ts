import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { testDatabase } from '@/prisma/test-database'

const { ownerUrl } = testDatabase()
const file = path.resolve(import.meta.dirname, '../../../prisma/migrations/0010_data_class/migration.sql')

it('rows from before data classes get the careful reading: on-prem restricted, elsewhere internal; stricter words become restricted', async () => {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await owner.query('alter table environment drop column data_class')
    for (const kind of ['cloud', 'hybrid', 'on-prem'])
      await owner.query('insert into environment (id, slug, name, kind) values (gen_random_uuid(), $1, $1, $1)', [kind])
    const { rows } = await owner.query(`insert into team (id, slug, name) values (gen_random_uuid(), 't', 't') returning id`)
    for (const name of ['public', 'internal', 'personal', 'sensitive'])
      await owner.query(
        `insert into model (id, team_id, slug, name, task, data_class) values (gen_random_uuid(), $1, $2, $2, 'binary', $2)`,
        [rows[0].id, name],
      )
    await owner.query(readFileSync(file, 'utf8'))
    const classes = async (table: string) =>
      (await owner.query(`select slug, data_class from ${table} order by slug`)).rows.map(Object.values)
    expect(await classes('environment')).toEqual([
      ['cloud', 'internal'],
      ['hybrid', 'internal'],
      ['on-prem', 'restricted'],
    ])
    expect(await classes('model')).toEqual([
      ['internal', 'internal'],
      ['personal', 'restricted'],
      ['public', 'public'],
      ['sensitive', 'restricted'],
    ])
  } finally {
    await owner.end()
  }
})
