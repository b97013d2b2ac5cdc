import { describe, expect, it } from 'vitest'
import { compilePlan, compileReturn, type PlanInput } from './plan'
import { planHash } from './plan-hash'
import { Gate, LaunchRollout, type Pace, PlanDocument, Policy } from './schema'
import { CLUSTERS, planOf } from './simulation.fixture'

const { from, to, waves, endpoint, rolloutId } = planOf()
const policy = Policy.parse({
  approvals: 1,
  alias: 'champion',
  steps: [500, 2500, 5000, 10_000],
  gates: [{ metric: 'errors' }, { metric: 'latency', floorMs: 5 }, { metric: 'accuracy' }],
  initialGates: [{ metric: 'objective', max: 0.05 }],
  pace: {},
})
const input = (choice: Partial<LaunchRollout> = {}, over: Partial<PlanInput> = {}): PlanInput => ({
  rolloutId,
  choice: LaunchRollout.parse({ model: 'm', environment: 'e', version: 2, ...choice }),
  endpoint,
  from,
  to: to ?? { id: '', number: 0, digest: '' },
  policy,
  policyVersion: 3,
  waves,
  authors: ['a', 'b', 'a'],
  ...over,
})
const plan = (choice: Partial<LaunchRollout> = {}, over: Partial<PlanInput> = {}) => {
  const compiled = compilePlan(input(choice, over))
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.fields))
  return compiled.plan
}
const fields = (choice: Partial<LaunchRollout>, over: Partial<PlanInput> = {}) => {
  const compiled = compilePlan(input(choice, over))
  return compiled.ok ? {} : compiled.fields
}
const pace = (over: Partial<Pace>) => ({ pace: over })
const gates = (...changed: unknown[]) => ({
  gates: [{ metric: 'errors' }, { metric: 'latency' }, { metric: 'accuracy' }].map((gate) =>
    Gate.parse({ ...gate, ...(changed.find((one) => (one as Gate).metric === gate.metric) as object) }),
  ),
})

const careful = [250, 500, 2_500, 5_000, 10_000]
const two = [
  { clusterId: CLUSTERS[0], cluster: 'on-prem' },
  { clusterId: CLUSTERS[1], cluster: 'cloud' },
]

it('leaves every time that was not chosen to the policy, whatever the defaults are', () => {
  const own = Policy.parse({ ...policy, pace: { holdMax: 600, maxDwell: 300, watch: 60, noDataAfter: 20 } })
  expect(LaunchRollout.parse({ model: 'm', environment: 'e', version: 2, pace: { minDwell: 40 } }).pace).toEqual({ minDwell: 40 })
  expect(plan(pace({ minDwell: 40 }), { policy: own }).pace).toEqual({ ...own.pace, minDwell: 40 })
})

describe('a plan', () => {
  it('takes what the policy says where nothing is chosen, and is a valid document', () => {
    const made = plan()
    expect(PlanDocument.parse(made)).toEqual(made)
    expect(made).toMatchObject({ strategy: 'canary', steps: policy.steps, gates: policy.gates, pace: policy.pace, approvals: 1 })
    expect(made).toMatchObject({
      alias: 'champion',
      policyVersion: 3,
      alpha: 0.05,
      alphaSafe: 0.05,
      authors: ['a', 'b'],
      sameArtifact: false,
    })
  })

  it('shares its error level out over the waves that are judged each by itself; what has one wave needs no sharing', () => {
    const alone = Policy.parse({ ...policy, pace: { ...policy.pace, waveFail: 'wave' } })
    expect(plan({}, { policy: alone, waves: two })).toMatchObject({ alpha: 0.025, alphaSafe: 0.05, pace: { waveFail: 'wave' } })
    expect(plan({}, { policy: alone, waves: two.slice(0, 1) }).alpha).toBe(0.05)
    expect(plan(pace({ waveFail: 'all' }), { policy: alone, waves: two }).alpha).toBe(0.05)
  })

  it('without steps of single clusters and without a soak is the document that it was before there were any', () => {
    const made = plan({}, { waves: two })
    expect(made.waves.map((wave) => Object.keys(wave))).toEqual([
      ['clusterId', 'cluster', 'replicas'],
      ['clusterId', 'cluster', 'replicas'],
    ])
    expect(made.pace).not.toHaveProperty('soak')
    expect(planHash(PlanDocument.parse(JSON.parse(JSON.stringify(made))))).toBe(planHash(made))
  })

  it('has the steps of a cluster as chosen, else as the policy says of it, and names them only where they differ', () => {
    const own = Policy.parse({ ...policy, clusterSteps: [{ cluster: 'cloud', steps: careful }], pace: { soak: 600 } })
    const steps = (choice: Partial<LaunchRollout>) => plan(choice, { policy: own, waves: two }).waves.map((wave) => wave.steps)
    expect(steps({})).toEqual([undefined, careful])
    expect(steps({ clusterSteps: [{ cluster: 'cloud', steps: [100, ...careful] }] })).toEqual([undefined, [100, ...careful]])
    expect(steps({ steps: careful })).toEqual([undefined, undefined])
    expect(steps({ strategy: 'blue-green' })).toEqual([undefined, undefined])
    expect(plan({}, { policy: own, waves: two }).pace.soak).toBe(600)
    expect(plan(pace({ soak: 900 }), { policy: own, waves: two }).pace.soak).toBe(900)
  })

  it('is initial on an endpoint without a live version, with the absolute gates alone', () => {
    expect(plan({}, { from: null })).toMatchObject({ strategy: 'initial', steps: [10_000], gates: policy.initialGates, from: null })
    expect(fields({ strategy: 'initial' })).toHaveProperty('strategy')
    expect(fields({ gates: [Gate.parse({ metric: 'errors' })] }, { from: null })).toHaveProperty(
      ['gates.errors'],
      expect.stringMatching(/nothing to compare/),
    )
  })

  it('goes 0 -> 100 % as blue/green and is watched 5 min after the switch', () => {
    expect(plan({ strategy: 'blue-green' })).toMatchObject({ steps: [0, 10_000], pace: { minDwell: 300 } })
    expect(plan({ strategy: 'blue-green', ...pace({ minDwell: 60 }) }).pace.minDwell).toBe(60)
    expect(fields({ strategy: 'blue-green', steps: [500, 10_000] })).toHaveProperty('steps')
  })

  it('says that an A/A is one', () => {
    expect(plan({}, { from: { id: 'x', number: 1, digest: to?.digest ?? '' } }).sameArtifact).toBe(true)
    expect(fields({}, { from: to })).toHaveProperty('version')
  })

  it('may be more careful than its policy', () => {
    expect(plan({ steps: [100, 500, 1_000, 2_500, 5_000, 10_000] }).steps).toHaveLength(6)
    expect(plan(gates({ metric: 'errors', limit: 1.5 })).gates[0]).toMatchObject({ limit: 1.5 })
    expect(plan(pace({ minDwell: 90, maxDwell: 3_600, holdMax: 3_600 })).pace).toMatchObject({ minDwell: 90, maxDwell: 3_600, burnIn: 60 })
  })

  it.each<[string, Partial<LaunchRollout>, string, RegExp]>([
    ['begin higher', { steps: [1_000, 2_500, 5_000, 10_000] }, 'steps', /first step is at most 5 %.*not 10 %/],
    ['skip a step', { steps: [500, 5_000, 10_000] }, 'steps', /From 5 % the next step is at most 25 %.*not 50 %/],
    ['begin at 0', { steps: [0, 500, 2_500, 5_000, 10_000] }, 'steps', /begins above 0 %/],
    ['leave a gate out', { gates: gates().gates.slice(0, 2) }, 'gates.accuracy', /cannot be left out/],
    ['tolerate more errors', gates({ metric: 'errors', tolerance: 2 }), 'gates.errors.tolerance', /At most 1.2x/],
    ['allow a higher limit', gates({ metric: 'errors', limit: 3 }), 'gates.errors.limit', /At most 2x/],
    ['raise the floor', gates({ metric: 'errors', floor: 0.1 }), 'gates.errors.floor', /At most 0.1 %/],
    ['raise the latency floor', gates({ metric: 'latency', floorMs: 50 }), 'gates.latency.floorMs', /At most 5 ms/],
    ['drop a quantile', gates({ metric: 'latency', quantiles: [0.5] }), 'gates.latency.quantiles', /p95, p99/],
    ['lose accuracy', gates({ metric: 'accuracy', limitPoints: 5 }), 'gates.accuracy.limitPoints', /At most 2 points/],
    ['not require accuracy', gates({ metric: 'accuracy', required: false }), 'gates.accuracy.required', /proven before each step/],
    [
      'pass without data',
      gates({ metric: 'errors', noData: 'pass' }),
      'gates.errors.noData',
      /asks that without data it holds.*stricter is: fail, extend/,
    ],
    ['only try a gate', gates({ metric: 'errors', dryRun: true }), 'gates.errors.dryRun', /a dry run does not satisfy it/],
    ['skip burn-in', pace({ burnIn: 0 }), 'pace.burnIn', /at least 60 s/],
    ['dwell shorter', pace({ minDwell: 5 }), 'pace.minDwell', /at least 30 s/],
    [
      'a cluster faster',
      { clusterSteps: [{ cluster: 'on-prem', steps: [5_000, 10_000] }] },
      'clusterSteps.on-prem',
      /first step is at most 5 %/,
    ],
    [
      'a cluster that is not there',
      { clusterSteps: [{ cluster: 'moon', steps: [10_000] }] },
      'clusterSteps.moon',
      /no cluster "moon": it has on-prem\./,
    ],
    [
      'steps of a cluster in a blue/green',
      { strategy: 'blue-green', clusterSteps: [{ cluster: 'on-prem', steps: [10_000] }] },
      'clusterSteps.on-prem',
      /Only a canary/,
    ],
    ['ask fewer requests', pace({ minRequests: 1 }), 'pace.minRequests', /at least 100/],
    ['watch shorter', pace({ watch: 60 }), 'pace.watch', /at least 24 h/],
    ['hold longer', pace({ holdMax: 86_400 }), 'pace.holdMax', /at most 4 h/],
    ['stay on hold', pace({ holdEnd: 'stay' }), 'pace.holdEnd', /not allowed/],
    ['return one cluster alone', pace({ waveFail: 'wave' }), 'pace.waveFail', /returns all clusters when one fails/],
    ['dwell too short to decide', pace({ maxDwell: 60 }), 'pace.maxDwell', /at least 2 min|at least 90 s/],
  ])('may not %s than its policy, and says what is allowed', (_, choice, field, words) => {
    expect(fields(choice)).toHaveProperty([field], expect.stringMatching(words))
  })

  it('may be stricter without data than its policy: fail before extend before hold before pass', () => {
    const asks = (noData: Gate['noData'], own: Gate['noData']) =>
      fields(gates({ metric: 'errors', ...(own ? { noData: own } : {}) }), {
        policy: { ...policy, gates: policy.gates.map((gate) => (gate.metric === 'errors' && noData ? { ...gate, noData } : gate)) },
      })
    const order = ['fail', 'extend', 'hold', 'pass'] as const
    for (const [i, asked] of order.entries())
      for (const [j, own] of order.entries())
        expect(Object.keys(asks(asked, own)), `${asked} asked, ${own} chosen`).toEqual(j > i ? ['gates.errors.noData'] : [])
    expect(asks(undefined, 'hold')).toEqual({})
    expect(asks('extend', undefined)).toHaveProperty(['gates.errors.noData'])
  })

  it('says of a gate that is not waited for that its word on missing data means nothing', () => {
    const open = { ...policy, gates: policy.gates.map((gate) => (gate.metric === 'accuracy' ? { ...gate, required: false } : gate)) }
    expect(fields(gates({ metric: 'accuracy', required: false, noData: 'fail' }), { policy: open })).toHaveProperty(
      ['gates.accuracy.noData'],
      expect.stringMatching(/not waited for/),
    )
  })

  it('of a return has no gates, no approvals, and 100 % at once', () => {
    const back = compileReturn({ rolloutId, endpoint, from: to, to: from, policy, policyVersion: 3, waves, replicas: 2, authors: [] })
    expect(PlanDocument.parse(back)).toEqual(back)
    expect(back).toMatchObject({ strategy: 'return', steps: [10_000], gates: [], approvals: 0 })
  })
})

describe('the hash of a plan', () => {
  it('does not depend on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(planOf()).reverse()) as PlanDocument
    expect(planHash(reversed)).toBe(planHash(planOf()))
    expect(planHash(planOf())).toMatch(/^[0-9a-f]{64}$/)
  })

  it('changes with any byte: another step, gate, replica or rollout is another plan', () => {
    const base = planOf()
    const others = [
      planOf({ steps: [501, 2_500, 5_000, 10_000] }),
      planOf({ gates: base.gates.slice(1) }),
      planOf({ waves: [{ ...base.waves[0], replicas: 2 }] }),
      planOf({ rolloutId: '01900000-0000-7000-8000-000000000009' }),
    ]
    expect(new Set([base, ...others].map(planHash)).size).toBe(5)
  })
})
