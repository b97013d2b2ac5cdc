import { beforeAll, expect, it } from 'vitest'
import { POST as RETURN } from '@/app/api/v1/endpoints/[endpointId]/[verb]/route'
import { PUT as POLICY } from '@/app/api/v1/environments/[environment]/policy/route'
import { POST as STEER } from '@/app/api/v1/rollouts/[rolloutId]/[verb]/route'
import { POST as WHAT_IF } from '@/app/api/v1/rollouts/[rolloutId]/what-if/route'
import { POST as BACKTEST } from '@/app/api/v1/rollouts/backtest/route'
import { POST as PREVIEW } from '@/app/api/v1/rollouts/preview/route'
import { POST as LAUNCH } from '@/app/api/v1/rollouts/route'
import { POST as WHAT_IF_ALL } from '@/app/api/v1/rollouts/what-if/route'
import { type House, makeHouse } from '@/lib/approvals/house.fixture'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { createToken } from '@/lib/tokens/commands'
import { testDatabase } from '@/prisma/test-database'
import { type Body, cases, doubled, expectNamed, send } from './bad-input.fixture'
import { PlanDocument, Policy } from './schema'

// Plans written by hand, beyond the launch of one errors gate: every kind of gate, and every other door that takes a plan or a part of one.

testDatabase()
let house: House
let rolloutId: string
let token: string

beforeAll(async () => {
  house = await makeHouse(0)
  // So that input drift has bins to compare, and a gate on it is refused for what is wrong with it.
  const { liveVersionId } = await db().endpoint.findUniqueOrThrow({ where: { id: house.endpointId } })
  const features = [{ name: 'hour', edges: [6, 12, 18], counts: [0, 9, 9, 9, 9] }]
  await db().baseline.create({ data: { id: newId(), versionId: String(liveVersionId), n: 36, sample: [], features } })
  const member = await makeMember([{ role: 'engineer' }, { role: 'sre' }, { role: 'admin' }])
  const rights = ['pause', 'resume', 'return', 'promote', 'launch'].map((right) => `rollout:${right}`)
  const made = await createToken(member, { name: 'ci', teamId: null, scopes: ['team:read', 'environment:manage', ...rights], days: 1 })
  if (!made.ok) throw new Error(made.problem.message)
  token = made.value.token
  const other = await makeHouse(0)
  const launched = await send(token, LAUNCH, {}, JSON.stringify({ model: other.model, environment: other.environment, version: 2 }))
  rolloutId = String(launched.id)
})

const GATES = [
  { metric: 'errors', tolerance: 1.2, limit: 2, floor: 0.001, ceiling: 2, noData: 'hold', dryRun: false },
  { metric: 'latency', quantiles: [0.5, 0.99], floorMs: 5, noData: 'fail', dryRun: true },
  { metric: 'accuracy', tolerancePoints: 0.5, limitPoints: 2, required: true, noData: 'extend' },
  { metric: 'quality', kind: 'off-by', threshold: 2, tolerance: 1.1, limit: 1.5, required: true, noData: 'hold' },
  { metric: 'business', name: 'basket', threshold: 12, bad: 'below', tolerance: 1.1, limit: 1.5, required: true },
  { metric: 'drift', ratio: 1.1, features: ['hour'], maxDistance: 0.1, required: true, noData: 'pass' },
  { metric: 'objective', max: 0.01 },
  { metric: 'accuracy-floor', min: 0.9 },
]
const [ERRORS, LATENCY] = GATES
const PACE = { minDwell: 30, minRequests: 100, noDataAfter: 60 }
const WHOLE_PACE = { ...PACE, burnIn: 60, maxDwell: 600, holdMax: 14_400, holdEnd: 'return', watch: 86_400, warmth: 86_400 }
const STEPS = [500, 10_000]

const launch = (gates: unknown[]): Body => ({
  ...{ model: house.model, environment: house.environment, version: 2, strategy: 'canary', replicas: 1 },
  ...{ steps: STEPS, gates, pace: WHOLE_PACE },
})
const change = (): Body => ({ gates: [ERRORS, LATENCY], alpha: 0.05, alphaSafe: 0.05, pace: PACE })
const policy = (): Body => ({
  ...{ approvals: 0, alias: 'champion', steps: STEPS, gates: [ERRORS], initialGates: GATES.slice(6), pace: WHOLE_PACE },
})

it.each(GATES)(
  'every field of a gate on $metric, missing or of any wrong value, is refused by its name',
  { timeout: 120_000 },
  async (gate) => {
    const gates = gate === ERRORS ? [gate] : [ERRORS, gate]
    const own = cases(launch(gates), [`gates.1.threshold is ${gate.metric === 'business' ? 'negative' : '-'}`])
    for (const one of own.filter(({ path }) => path[0] === 'gates' && Number(path[1] ?? 0) === gates.length - 1)) {
      const answer = await send(token, LAUNCH, {}, one.text)
      expectNamed(answer, one)
      // It is refused for itself, not for its neighbour.
      const field = String(one.path[2] ?? 'gates')
      const named = answer.fields.some(({ path }) => path.includes(field) || path === `gates.${gate.metric}`)
      if (one.refused) expect(named, `${one.says}: ${JSON.stringify(answer.fields)}`).toBe(true)
    }
  },
)

interface Asked {
  what: string
  door: typeof LAUNCH
  params: () => Record<string, string>
  body: () => Body
  /** What it takes though other doors would not. */
  allowed?: string[]
}
const steer = (verb: string) => ({ door: STEER, params: () => ({ rolloutId, verb }) })
const ofMany = () => ({ environment: house.environment, model: house.model, limit: 2, change: change() })

const DOORS: Asked[] = [
  { what: 'a preview', door: PREVIEW, params: () => ({}), body: () => launch([ERRORS]) },
  { what: 'a back-test', door: BACKTEST, params: () => ({}), body: () => launch([ERRORS]) },
  { what: 'a what-if', door: WHAT_IF, params: () => ({ rolloutId }), body: change },
  { what: 'a what-if of many', door: WHAT_IF_ALL, params: () => ({}), body: ofMany },
  { what: 'a pause', ...steer('pause'), body: () => ({ reason: 'Lunch.' }) },
  { what: 'a resume', ...steer('resume'), body: () => ({ revision: 0, reason: 'On.' }) },
  { what: 'a promotion', ...steer('promote'), body: () => ({ revision: 0, reason: 'Now.' }) },
  {
    what: 'a return to a version',
    ...{ door: RETURN, params: () => ({ endpointId: house.endpointId, verb: 'return' }), body: () => ({ version: 1, reason: 'Back.' }) },
  },
  {
    what: 'a policy',
    ...{ door: POLICY, params: () => ({ environment: house.environment }), body: () => ({ basedOn: 1, policy: policy() }) },
    // Any whole number is a version that it was not based on.
    allowed: ['policy.alias is nothing', 'basedOn is huge'],
  },
]

it.each(DOORS)(
  'every field of $what, missing or of any wrong value, is refused by its name, never by a failure of ours',
  { timeout: 120_000 },
  async ({ door, params, body, allowed }) => {
    const unchanged = await send(token, door, params(), JSON.stringify(body()))
    for (const one of cases(body(), allowed)) {
      const answer = await send(token, door, params(), one.text)
      // Answered like the whole one: it was taken, and what refuses both is not it.
      const same = answer.status === unchanged.status && answer.detail === unchanged.detail
      if (one.refused || !same) expectNamed(answer, one)
    }
  },
)

it.each(DOORS)('a field of $what that stands twice is refused by its name', { timeout: 120_000 }, async ({ door, params, body }) => {
  for (const [name, text] of doubled(body())) {
    const { status, fields } = await send(token, door, params(), text)
    expect([status, fields[0]?.path.split('.').at(-1)], text).toEqual([422, name])
  }
})

it('whatever was taken stands whole: each plan and each policy that was kept reads back by its own schema as it stands', async () => {
  const plans = await db().plan.findMany({ select: { document: true } })
  const policies = await db().environmentPolicy.findMany({ where: { environmentId: house.environmentId }, select: { document: true } })
  expect(plans.length).toBeGreaterThan(0)
  expect(policies.length).toBeGreaterThan(0)
  for (const { document } of plans) expect(PlanDocument.parse(document)).toEqual(document)
  for (const { document } of policies) expect(Policy.parse(document)).toEqual(document)
})
