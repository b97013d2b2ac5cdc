import { expect, test } from 'vitest'
import { gateTexts } from '@/components/gates/draft'
import { Gate, LaunchRollout, Policy } from '@/lib/rollouts/schema'
import { clusterTexts } from './cluster-steps'
import { askedGates, changedCount, type LaunchDraft, launchInput, readSteps, stepsText } from './launch-input'

const policy = Policy.parse({
  approvals: 0,
  alias: null,
  steps: [100, 500, 10_000],
  gates: [{ metric: 'errors' }, { metric: 'latency' }],
  initialGates: [{ metric: 'objective', max: 0.05 }],
  pace: {},
})
const draft: LaunchDraft = {
  model: 'flight-delay',
  version: '2',
  environment: 'trial',
  strategy: 'canary',
  steps: stepsText(policy.steps),
  clusterSteps: {},
  pace: {},
  gates: askedGates(policy, 'canary'),
  replicas: '1',
}

test('an untouched form sends the three choices and nothing else', () => {
  expect(launchInput(draft, policy)).toEqual({ model: 'flight-delay', version: 2, environment: 'trial', strategy: 'canary' })
  expect(changedCount(draft, policy)).toBe(0)
})

test('percent, commas and spaces all read as steps, half a percent too', () => {
  expect(readSteps('0.5%, 5 25,100 %')).toEqual([50, 500, 2_500, 10_000])
})

test('steps of a cluster and a soak are sent where they are not as the policy has them', () => {
  const own = Policy.parse({ ...policy, clusterSteps: [{ cluster: 'cloud', steps: [100, 10_000] }], pace: { soak: 60 } })
  const first = { ...draft, clusterSteps: clusterTexts(own.clusterSteps) }
  expect(changedCount(first, own)).toBe(0)
  const changed = { ...first, clusterSteps: { cloud: '0.5, 1 100', 'on-prem': '' }, pace: { soak: '90' } }
  expect(LaunchRollout.parse(launchInput(changed, own))).toMatchObject({
    clusterSteps: [{ cluster: 'cloud', steps: [50, 100, 10_000] }],
    pace: { soak: 90 },
  })
  expect(changedCount(changed, own)).toBe(2)
  const none = launchInput({ ...first, clusterSteps: { cloud: '' } }, own)
  expect(none.clusterSteps).toEqual([{ cluster: 'cloud', steps: policy.steps }])
  expect(launchInput({ ...draft, pace: { soak: '0' } }, policy)).not.toHaveProperty('pace')
})

test('what a failing cluster does is sent where it is not as the policy has it, which says all where it says nothing', () => {
  expect(launchInput({ ...draft, pace: { waveFail: 'all' } }, policy)).not.toHaveProperty('pace')
  const alone = Policy.parse({ ...policy, pace: { waveFail: 'wave' } })
  expect(LaunchRollout.parse(launchInput({ ...draft, pace: { waveFail: 'all' } }, alone)).pace).toEqual({ waveFail: 'all' })
})

test('a word among the steps is refused with the place of the mistake', () => {
  const result = LaunchRollout.safeParse(launchInput({ ...draft, steps: '1, five, 100' }, policy))
  expect(result.success).toBe(false)
  expect(result.error?.issues[0]?.path).toEqual(['steps', 1])
})

function withErrors(texts: Record<string, string>): LaunchDraft {
  return { ...draft, gates: { ...draft.gates, errors: { ...draft.gates.errors, ...texts } } }
}

test('one changed gate sends all gates, so that none is lost', () => {
  const input = LaunchRollout.parse(launchInput(withErrors({ tolerance: '1.1' }), policy))
  expect(input.gates).toEqual([{ ...policy.gates[0], tolerance: 1.1 }, policy.gates[1]])
})

test('what a gate does without data is sent as chosen', () => {
  const input = LaunchRollout.parse(launchInput(withErrors({ noData: 'fail' }), policy))
  expect(input.gates?.[0]).toMatchObject({ metric: 'errors', noData: 'fail' })
  expect(input.gates?.[1]).not.toHaveProperty('noData')
})

test('a number that was rubbed out is asked for, not taken for zero', () => {
  const result = LaunchRollout.safeParse(launchInput(withErrors({ floor: '' }), policy))
  expect(result.error?.issues.map((issue) => issue.path)).toEqual([['gates', 0, 'floor']])
})

test('a gate beside those of the environment is sent with them, and counts as one change', () => {
  const more = { ...draft, gates: { ...draft.gates, drift: gateTexts(Gate.parse({ metric: 'drift' })) } }
  expect(LaunchRollout.parse(launchInput(more, policy)).gates).toEqual([...policy.gates, Gate.parse({ metric: 'drift' })])
  expect(changedCount(more, policy)).toBe(1)
})

test('a first version has the gates of a first version', () => {
  const initial = { ...draft, strategy: 'initial' as const, gates: askedGates(policy, 'initial') }
  expect(Object.keys(initial.gates)).toEqual(['objective'])
  expect(changedCount(initial, policy)).toBe(0)
})

test('typing a default again is no change', () => {
  expect(changedCount({ ...draft, pace: { burnIn: '60' } }, policy)).toBe(0)
})
