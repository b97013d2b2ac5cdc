import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { POST } from '@/app/api/v1/rollouts/route'
import { type House, makeHouse } from '@/lib/approvals/house.fixture'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { createToken } from '@/lib/tokens/commands'

let house: House
let token: string

beforeAll(async () => {
  house = await makeHouse(0)
  const engineer = await makeMember([{ role: 'engineer' }])
  const made = await createToken(engineer, { name: 'ci', teamId: house.team.id, scopes: ['rollout:launch'], days: 1 })
  if (!made.ok) throw new Error(made.problem.message)
  token = made.value.token
})

interface Answer {
  status: number
  detail: string
  fields: { path: string; message: string }[]
}

/** Sends a body, as a machine or a person by hand would. */
async function launch(text: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const request = new Request('http://127.0.0.1:3000/api/v1/rollouts', { method: 'POST', headers, body: text })
  const answer = await POST(request, { params: Promise.resolve({}) })
  const body = await answer.json()
  return { status: answer.status, detail: body.detail ?? '', fields: body.fields ?? [] }
}

/** A launch with every field that there is, every one at a value that would do; but for what is live, which refuses it in the end. */
const whole = () => ({
  model: house.model,
  environment: house.environment,
  version: 2,
  strategy: 'canary',
  steps: [100, 500, 10_000],
  gates: [{ metric: 'errors', tolerance: 1.2, limit: 2, floor: 0.001, ceiling: 2, noData: 'hold', dryRun: false }],
  pace: {
    burnIn: 60,
    minDwell: 30,
    minRequests: 100,
    maxDwell: 600,
    noDataAfter: 60,
    holdMax: 14_400,
    holdEnd: 'return',
    watch: 86_400,
    warmth: 86_400,
  },
  replicas: 1,
})

type Path = (string | number)[]
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return at.length > 0 ? [at] : []
  return [...(at.length > 0 ? [at] : []), ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]))]
}

/** The launch with one place changed; `undefined` takes it out. */
function changed(at: Path, value: unknown): object {
  const body = structuredClone(whole()) as Record<string, unknown>
  let here = body as Record<string | number, unknown>
  for (const name of at.slice(0, -1)) here = here[name] as Record<string | number, unknown>
  const last = at[at.length - 1]
  if (value === undefined && Array.isArray(here)) here.splice(Number(last), 1)
  else if (value === undefined) delete here[last]
  else here[last] = value
  return body
}

const VALUES: [what: string, value: unknown][] = [
  ['negative', -1],
  ['a negative fraction', -0.001],
  ['huge', 1e308],
  ['one more than the database counts', 2_147_483_648],
  ['beyond whole numbers', Number.MAX_SAFE_INTEGER + 2],
  ['a fraction', 0.5],
  ['zero', 0],
  ['nothing', null],
  ['a text', 'x'],
  ['a huge text', 'x'.repeat(100_000)],
  ['a NUL', 'a\0b'],
  ['half a pair', '\ud800'],
  ['a list', []],
  ['a huge list', Array.from({ length: 5_000 }, (_, i) => i)],
  ['an object', {}],
  ['a truth', true],
]

/** A refusal is one of ours, and says which field, or what of it is not there. */
function expectNamed(answer: Answer, what: string, at: Path): void {
  expect([201, 404, 409, 422], what).toContain(answer.status)
  if (answer.status === 201 || answer.status === 409) return
  const [first] = at
  const named = answer.fields.some(({ path }) => path.split('.')[0] === String(first)) || answer.detail.includes(String(first))
  expect(named, `${what}: ${answer.status} ${answer.detail.slice(0, 200)}`).toBe(true)
  expect(answer.detail.length, what).toBeLessThan(1_000)
}

it('every field of a launch, missing or of any wrong value, is refused by its name, never by a failure of ours', {
  timeout: 300_000,
}, async () => {
  const paths = pathsOf(whole())
  expect(paths.length).toBeGreaterThan(25)
  for (const at of paths) {
    for (const [what, value] of [['missing', undefined] as [string, unknown], ...VALUES])
      expectNamed(await launch(JSON.stringify(changed(at, value))), `${at.join('.')} is ${what}`, at)
  }
})

it('a field that stands twice is refused by its name, wherever it stands', { timeout: 120_000 }, async () => {
  for (const at of pathsOf(whole()).filter((path) => typeof path.at(-1) === 'string' && !/^\d+$/.test(String(path.at(-1))))) {
    const name = String(at.at(-1))
    // The last place of this name in the text is doubled in front of itself.
    const text = JSON.stringify(whole())
    const doubled = text.replace(new RegExp(`"${name}":`), `"${name}":0,"${name}":`)
    const answer = await launch(doubled)
    expect(answer.status, doubled).toBe(422)
    expect(answer.fields[0]?.path.split('.').at(-1)).toBe(name)
  }
})

it('doubled steps, gates and a gate that stands twice are refused by name', async () => {
  const body = whole()
  expectNamed(await launch(JSON.stringify({ ...body, steps: [500, 500, 10_000] })), 'doubled step', ['steps'])
  const twice = await launch(JSON.stringify({ ...body, gates: [...body.gates, ...body.gates] }))
  expect(twice).toMatchObject({ status: 422, fields: [{ path: 'gates.errors', message: expect.stringMatching(/stands twice/) }] })
})

it('any JSON at all, at any place of a launch, gets an answer of ours', { timeout: 300_000 }, async () => {
  const paths = pathsOf(whole())
  const cases = fc.sample(fc.tuple(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 4 })), { numRuns: 150, seed: 11 })
  for (const [at, value] of cases) {
    const answer = await launch(JSON.stringify(changed(at, value)))
    expect([201, 404, 409, 422], `${at.join('.')} = ${JSON.stringify(value)}: ${answer.detail}`).toContain(answer.status)
  }
})

it.each([
  ['no JSON', '{"model":'],
  ['a list', '[]'],
  ['a number', '7'],
  ['nested without end', `{"model":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['larger than any plan', `{"model":"${'x'.repeat(2_100_000)}"}`],
  ['empty', ''],
])('a body that is %s is refused in words', async (_what, text) => {
  const answer = await launch(text)
  expect([413, 422]).toContain(answer.status)
  expect(answer.detail).not.toBe('')
  expect(await db().rollout.count({ where: { endpointId: house.endpointId, planHash: '' } })).toBe(0)
})
