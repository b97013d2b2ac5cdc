import { expect, test } from 'vitest'
import { environments } from './environment.mjs'
import { CLUSTERS, readSettings } from './settings.mjs'

const clusters = Object.fromEntries(CLUSTERS.map((name: string) => [name, { admin: `admin-${name}`, identity: `identity-${name}` }]))
const keys = {
  signIn: 'KEY-sign-in',
  tokens: 'KEY-tokens',
  sealing: 'KEY-sealing',
  engine: 'KEY-engine',
  traffic: 'KEY-traffic',
  database: { superuser: 'KEY-superuser', owner: 'KEY-owner', app: 'KEY-app' },
  clusters,
}
const foreign = { PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'KEY-of-somebody', NPM_TOKEN: 'KEY-of-npm', DATABASE_URL: 'KEY-of-another-database' }
const made: Record<string, Record<string, string>> = environments(readSettings([], {}), keys, 'postgresql://KEY-app@host/db', foreign)

const HOLDS: Record<string, string[]> = {
  web: ['KEY-app', 'KEY-engine', 'KEY-sign-in', 'KEY-tokens'],
  engine: ['KEY-app', 'KEY-engine', 'KEY-sealing'],
  cluster: CLUSTERS.flatMap((name: string) => [`admin-${name}`, `identity-${name}`]),
  traffic: ['KEY-traffic'],
  postgres: [],
  seed: [
    'KEY-app',
    'KEY-sealing',
    'KEY-tokens',
    'KEY-traffic',
    ...CLUSTERS.flatMap((name: string) => [`admin-${name}`, `identity-${name}`]),
  ],
}

test.each(Object.keys(HOLDS))('the environment of %s holds its own keys and no other', (name) => {
  const found = JSON.stringify(made[name]).match(/(KEY|admin|identity)-[a-z0-9-]+/g) ?? []
  expect([...new Set(found)].sort()).toEqual([...HOLDS[name]].sort())
})

test('no process gets what the terminal happened to hold, and each gets the path', () => {
  for (const env of Object.values(made)) {
    expect(env).not.toHaveProperty('NPM_TOKEN')
    expect(env.PATH).toBe('/bin')
  }
})

test.each([
  [{}, {}, 'private,loopback'],
  [{ HOST: '0.0.0.0' }, {}, 'private'],
  [{}, { SLIPWAY_CLUSTER_TARGETS: '' }, ''],
])('a house started with %j and %j calls clusters at %j beside the public internet, web and engine alike', (start, env, expected) => {
  const { web, engine } = environments(readSettings([], start), keys, 'postgresql://host/db', env)
  expect([web.SLIPWAY_CLUSTER_TARGETS, engine.SLIPWAY_CLUSTER_TARGETS]).toEqual([expected, expected])
})

test.each([
  [['--exmaple'], {}, '"--exmaple" is not known'],
  [[], { PORT: 'http' }, 'PORT is "http"'],
  [[], { PORT: '0' }, 'PORT is "0"'],
  [[], { PORT: '65530' }, 'PORT is "65530"'],
])('npm start %j with %j is refused in plain words', (args, env, message) => {
  expect(() => readSettings(args, env)).toThrow(message)
})
