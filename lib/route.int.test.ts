import { readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeMember } from './auth/people.fixture'
import { type Permission, ROLES } from './auth/permissions'
import { newId } from './id'
import { createToken } from './tokens/commands'

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

const API = path.join(import.meta.dirname, '../app/api/v1')

/** Every route file of the API that answers GET, by its address with its parts in brackets. */
const files = readdirSync(API, { recursive: true, encoding: 'utf8' }).filter((file) => path.basename(file) === 'route.ts')
const loaded = await Promise.all(
  files.map(async (file) => ({ address: `/api/v1/${path.dirname(file)}`, ...((await import(path.join(API, file))) as { GET?: Handler }) })),
)
const readers = loaded.flatMap(({ address, GET }) => (GET ? [[address, GET] as const] : []))

/** What each may be read with; all others with team:read. */
const SCOPE: Record<string, Permission> = {
  '/api/v1/audit': 'audit:read',
  '/api/v1/webhooks': 'webhook:manage',
  '/api/v1/webhooks/[webhookId]/deliveries': 'webhook:manage',
}
const scopeOf = (address: string) => SCOPE[address] ?? 'team:read'
const PARTS: Record<string, string> = { number: '1', digest: '0'.repeat(64) }

const tokens = new Map<Permission, string>()

beforeAll(async () => {
  const maker = await makeMember(ROLES.map((role) => ({ role })))
  for (const scope of ['team:read', 'audit:read', 'webhook:manage', 'outcome:write'] as const) {
    const made = await createToken(maker, { name: scope, teamId: null, scopes: [scope], days: 1 })
    if (!made.ok) throw new Error(made.problem.message)
    tokens.set(scope, made.value.token)
  }
})

async function read(address: string, handler: Handler, scope: Permission, search = '') {
  const names = [...address.matchAll(/\[(\w+)\]/g)].map((match) => match[1])
  const params = Object.fromEntries(names.map((name) => [name, PARTS[name] ?? newId()]))
  const headers = { authorization: `Bearer ${tokens.get(scope)}` }
  const answer = await handler(new Request(`http://127.0.0.1:3000${address}${search}`, { headers }), { params: Promise.resolve(params) })
  return { status: answer.status, body: await answer.text() }
}

it('finds the readers of the API', () => {
  expect(readers.length).toBeGreaterThan(20)
  for (const address of ['/api/v1/rollouts', '/api/v1/endpoints', '/api/v1/models'])
    expect(readers.map(([each]) => each)).toContain(address)
})

describe.each(readers)('GET %s', (address, handler) => {
  it('is refused to a token without the scope to read, and not to one that has it', async () => {
    const refused = await read(address, handler, 'outcome:write')
    expect(refused).toMatchObject({ status: 403, body: expect.stringContaining(`scopes do not include ${scopeOf(address)}`) })
    expect([200, 404]).toContain((await read(address, handler, scopeOf(address))).status)
  })

  it('refuses a parameter that it does not know, and names those that it knows', async () => {
    if (address.includes('artifacts/sha256'))
      return expect((await read(address, handler, scopeOf(address), '?nonsense=1')).status).toBe(404)
    const refused = await read(address, handler, scopeOf(address), '?nonsense=1')
    expect(refused).toMatchObject({
      status: 400,
      body: expect.stringMatching(/no parameter \\"nonsense\\" here\. (There are: \w|It takes none)/),
    })
  })
})

it('a list of rollouts can be had by strategy, and says what it knows', async () => {
  const rollouts = readers.find(([address]) => address === '/api/v1/rollouts')?.[1] as Handler
  expect(await read('/api/v1/rollouts', rollouts, 'team:read', '?strategy=canary')).toMatchObject({ status: 200 })
  expect(await read('/api/v1/rollouts', rollouts, 'team:read', '?strategy=magic')).toMatchObject({ status: 422 })
  expect((await read('/api/v1/rollouts', rollouts, 'team:read', '?phase=live')).body).toContain(
    'There are: q, environment, endpointId, state, strategy',
  )
})

it.each([
  ['/api/v1/rollouts', 'state'],
  ['/api/v1/rollouts', 'strategy'],
  ['/api/v1/models', 'status'],
  ['/api/v1/models', 'sort'],
])('GET %s refuses a %s that is none of its choices, and names them', async (address, name) => {
  const [, handler] = readers.find(([each]) => each === address) ?? []
  if (!handler) throw new Error(`There is no ${address}.`)
  const { status, body } = await read(address, handler, 'team:read', `?${name}=nonsense`)
  expect(status).toBe(422)
  expect(JSON.parse(body).fields).toMatchObject([{ path: name, message: expect.stringMatching(/expected one of/) }])
})
