import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { POST } from '@/app/api/v1/rollouts/route'
import { type House, makeHouse } from '@/lib/approvals/house.fixture'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { createToken } from '@/lib/tokens/commands'
import { cases, changed, doubled, expectNamed, MORE_VALUES, pathsOf, send } from './bad-input.fixture'

let house: House
let token: string

beforeAll(async () => {
  house = await makeHouse(0)
  const engineer = await makeMember([{ role: 'engineer' }])
  const made = await createToken(engineer, { name: 'ci', teamId: house.team.id, scopes: ['rollout:launch'], days: 1 })
  if (!made.ok) throw new Error(made.problem.message)
  token = made.value.token
})

const launch = (text: string) => send(token, POST, {}, text)

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

it('every field of a launch, missing or of any wrong value, is refused by its name, never by a failure of ours', {
  timeout: 300_000,
}, async () => {
  const all = [...cases(whole()), ...cases(whole(), [], MORE_VALUES)]
  expect(all.length).toBeGreaterThan(400)
  for (const one of all) expectNamed(await launch(one.text), one)
})

it('a field that stands twice is refused by its name, wherever it stands', { timeout: 120_000 }, async () => {
  for (const [name, text] of doubled(whole())) {
    const { status, fields } = await launch(text)
    expect([status, fields[0]?.path.split('.').at(-1)], text).toEqual([422, name])
  }
})

it('doubled steps, gates and a gate that stands twice are refused by name', async () => {
  const body = whole()
  const steps = { says: 'a doubled step', path: ['steps'], text: JSON.stringify({ ...body, steps: [500, 500, 10_000] }), refused: true }
  expectNamed(await launch(steps.text), steps)
  const twice = await launch(JSON.stringify({ ...body, gates: [...body.gates, ...body.gates] }))
  expect(twice).toMatchObject({ status: 422, fields: [{ path: 'gates.errors', message: expect.stringMatching(/stands twice/) }] })
})

it('any JSON at all, at any place of a launch, gets an answer of ours', { timeout: 300_000 }, async () => {
  const paths = pathsOf(whole())
  const samples = fc.sample(fc.tuple(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 4 })), { numRuns: 150, seed: 11 })
  for (const [at, value] of samples) {
    const answer = await launch(changed(whole(), at, value))
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
