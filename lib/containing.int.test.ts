import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { makeHouse } from './approvals/house.fixture'
import { makeMember } from './auth/people.fixture'
import { containing, likeContaining } from './containing'
import { db } from './db'
import { listEndpoints } from './endpoints/queries'
import { listEnvironments } from './environments/queries'
import { listModels } from './models/queries'
import { ListModels } from './models/schema'
import { listMonitored } from './monitoring/queries'
import { findAnything } from './search/queries'

const names = ['50%_off', '50x_off', '50%-off', 'back\\slash']

beforeAll(async () => {
  for (const name of names) {
    const { model, environmentId } = await makeHouse()
    await db().model.update({ where: { slug: model }, data: { name } })
    await db().environment.update({ where: { id: environmentId }, data: { name, slug: name } })
  }
})

it.each([
  ['%', ['50%_off', '50%-off']],
  ['_', ['50%_off', '50x_off']],
  ['%_O', ['50%_off']],
  ['\\', ['back\\slash']],
])('a search for %s finds what holds it as it stands', async (text, found) => {
  const rows = await db().model.findMany({ where: { name: containing(text) }, orderBy: { name: 'asc' } })
  expect(rows.map((row) => row.name).sort()).toEqual([...found].sort())
  const same = await db().$queryRaw<{ name: string }[]>`select name from model where name ilike ${likeContaining(text)}`
  expect(same.map((row) => row.name).sort()).toEqual([...found].sort())
})

it('no list takes % for anything', async () => {
  const viewer = await makeMember([{ role: 'viewer' }])
  const q = '0%_'
  expect((await listEnvironments(viewer, { q })).environments.map((row) => row.name)).toEqual(['50%_off'])
  expect((await listModels(viewer, ListModels.parse({ q }))).items.map((row) => row.name)).toEqual(['50%_off'])
  expect((await listEndpoints(viewer, { q })).items.map((row) => row.environment)).toEqual(['50%_off'])
  expect((await listMonitored(viewer, { q })).items.map((row) => row.environmentName)).toEqual(['50%_off'])
  expect(new Set((await findAnything(viewer, q)).map((row) => row.kind))).toEqual(new Set(['model', 'environment', 'endpoint']))
})

it('there is one place that makes such a filter', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  const code = files.filter((file) => /\.ts$/.test(file) && !/generated|\.test\.ts$/.test(file) && file !== 'containing.ts')
  const own = code.filter((file) =>
    /\bcontains:|replace(All)?\(\/\[[^\]]*%/.test(readFileSync(path.join(import.meta.dirname, file), 'utf8')),
  )
  expect(own).toEqual([])
})
