import { describe, expect, it } from 'vitest'
import { Gate, Policy } from '@/lib/rollouts/schema'
import { loosenings } from './loosening'

const gates = [
  Gate.parse({ metric: 'errors' }),
  Gate.parse({ metric: 'latency' }),
  Gate.parse({ metric: 'accuracy' }),
  Gate.parse({ metric: 'objective', max: 0.05 }),
]
const present = Policy.parse({
  approvals: 2,
  alias: 'champion',
  steps: [100, 500, 2_500, 10_000],
  gates,
  initialGates: [{ metric: 'objective', max: 0.05 }],
  pace: {},
})
const changed = (change: object) => Policy.parse({ ...present, ...change })
const withGate = (change: { metric: string; [field: string]: unknown }) =>
  changed({ gates: present.gates.map((gate) => (gate.metric === change.metric ? { ...gate, ...change } : gate)) })
const withPace = (change: object) => changed({ pace: { ...present.pace, ...change } })

const own = (steps: number[]) => [{ cluster: 'cloud', steps }]

describe('a policy is looser', () => {
  it.each<[string, Policy, string]>([
    ['with fewer approvals', changed({ approvals: 1 }), 'Approvals: 1 instead of 2.'],
    ['without any approval', changed({ approvals: 0 }), 'Approvals: 0 instead of 2.'],
    ['with a larger first step', changed({ steps: [500, 2_500, 10_000] }), 'Steps: 5 %, 25 %, 100 % instead of 1 %, 5 %, 25 %, 100 %.'],
    ['with a step left out', changed({ steps: [100, 2_500, 10_000] }), 'Steps: 1 %, 25 %, 100 % instead of 1 %, 5 %, 25 %, 100 %.'],
    ['with one step to all', changed({ steps: [10_000] }), 'Steps: 100 % instead of 1 %, 5 %, 25 %, 100 %.'],
    ['with a gate left out', changed({ gates: gates.slice(1) }), 'Gate errors: left out.'],
    ['with more tolerance for errors', withGate({ metric: 'errors', tolerance: 2 }), 'Gate errors, tolerance: 2 instead of 1.2.'],
    ['with a higher floor for latency', withGate({ metric: 'latency', floorMs: 50 }), 'Gate latency, floorMs: 50 instead of 5.'],
    [
      'with a quantile left out',
      withGate({ metric: 'latency', quantiles: [0.5] }),
      'Gate latency, quantiles: 0.5 instead of 0.5, 0.95, 0.99.',
    ],
    ['with labels not waited for', withGate({ metric: 'accuracy', required: false }), 'Gate accuracy, required: false instead of true.'],
    ['with a worse objective', withGate({ metric: 'objective', max: 0.5 }), 'Gate objective, max: 0.5 instead of 0.05.'],
    ['with no gate for a first version', changed({ initialGates: [] }), 'Gate of a first version objective: left out.'],
    ['with a shorter dwell', withPace({ minDwell: 5 }), 'Shortest time at a step: 5 s instead of 30 s.'],
    ['with fewer requests', withPace({ minRequests: 1 }), 'Fewest requests at a step: 1 instead of 100.'],
    ['with a shorter watch', withPace({ watch: 0 }), 'Watch after promotion: 0 s instead of 24 h.'],
    [
      'with larger steps on one cluster',
      changed({ clusterSteps: own([2_500, 10_000]) }),
      'Steps on cloud: 25 %, 100 % instead of 1 %, 5 %, 25 %, 100 %.',
    ],
    ['with a longer hold', withPace({ holdMax: 5 * 86_400 }), 'Longest hold: 5 d instead of 4 h.'],
    ['with a failing cluster that returns alone', withPace({ waveFail: 'wave' }), 'A cluster that fails returns alone instead of all.'],
    ['with holds that stay', withPace({ holdEnd: 'stay' }), 'A hold that ends stays instead of returning.'],
  ])('%s', (_name, next, sentence) => {
    expect(loosenings(present, next)).toEqual([sentence])
  })

  it('with a shorter soak, and with none', () => {
    const soaked = withPace({ soak: 3_600 })
    expect(loosenings(soaked, withPace({ soak: 1_800 }))).toEqual(['Soak of each cluster but the last: 30 min instead of 60 min.'])
    expect(loosenings(soaked, present)).toEqual(['Soak of each cluster but the last: 0 s instead of 60 min.'])
  })

  it('when a cluster goes by the larger steps of all again, and when those grow under a cluster that keeps its own', () => {
    const careful = changed({ clusterSteps: own([50, 100, 500, 2_500, 10_000]) })
    expect(loosenings(careful, present)).toEqual(['Steps on cloud: 1 %, 5 %, 25 %, 100 % instead of 0.5 %, 1 %, 5 %, 25 %, 100 %.'])
    expect(loosenings(careful, { ...careful, steps: [10_000] })).toEqual(['Steps: 100 % instead of 1 %, 5 %, 25 %, 100 %.'])
  })

  it('also when it is stricter elsewhere, and every loosening is said', () => {
    const next = Policy.parse({
      ...present,
      approvals: 5,
      gates: [],
      initialGates: [],
      pace: { ...present.pace, burnIn: 0, minDwell: 600 },
    })
    expect(loosenings(present, next)).toHaveLength(gates.length + 2)
  })
})

describe('a policy is not looser', () => {
  it.each<[string, Policy]>([
    ['unchanged', present],
    ['with smaller steps on one cluster', changed({ clusterSteps: own([50, 100, 500, 2_500, 10_000]) })],
    ['with a soak', withPace({ soak: 3_600 })],
    ['with the word that a failing cluster returns all', withPace({ waveFail: 'all' })],
    ['with more approvals', changed({ approvals: 3 })],
    ['with another alias', changed({ alias: null })],
    ['with smaller and more steps', changed({ steps: [50, 100, 300, 500, 1_000, 2_500, 5_000, 10_000] })],
    ['with a preview before its steps', changed({ steps: [0, 100, 500, 2_500, 10_000] })],
    ['with stricter gates', withGate({ metric: 'errors', tolerance: 1.1, limit: 1.5 })],
    ['with one gate more', changed({ gates: [...gates, { metric: 'accuracy-floor', min: 0.7 }] })],
    ['with longer times', withPace({ burnIn: 120, minDwell: 60, watch: 2 * 86_400, noDataAfter: 30, holdMax: 3_600 })],
  ])('%s', (_name, next) => {
    expect(loosenings(present, next)).toEqual([])
  })

  it('when its errors limit lies below its tolerance and nothing of it was changed', () => {
    const odd = changed({ gates: [{ metric: 'errors', tolerance: 3, limit: 2 }] })
    expect(loosenings(odd, odd)).toEqual([])
  })
})
