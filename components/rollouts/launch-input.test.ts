import { expect, test } from 'vitest'
import { LaunchRollout, Policy } from '@/lib/rollouts/schema'
import { changedCount, type LaunchDraft, launchInput, readSteps, stepsText } from './launch-input'

const policy = Policy.parse({
  approvals: 0,
  alias: null,
  steps: [100, 500, 10_000],
  gates: [{ metric: 'errors' }, { metric: 'latency' }],
  pace: {},
})
const draft: LaunchDraft = {
  model: 'flight-delay',
  version: '2',
  environment: 'trial',
  strategy: 'canary',
  steps: stepsText(policy.steps),
  pace: {},
  gateFields: {},
  gatesOff: [],
  replicas: '1',
}

test('an untouched form sends the three choices and nothing else', () => {
  expect(launchInput(draft, policy)).toEqual({ model: 'flight-delay', version: 2, environment: 'trial', strategy: 'canary' })
  expect(changedCount(draft, policy)).toBe(0)
})

test('percent, commas and spaces all read as steps, half a percent too', () => {
  expect(readSteps('0.5%, 5 25,100 %')).toEqual([50, 500, 2_500, 10_000])
})

test('a word among the steps is refused with the place of the mistake', () => {
  const result = LaunchRollout.safeParse(launchInput({ ...draft, steps: '1, five, 100' }, policy))
  expect(result.success).toBe(false)
  expect(result.error?.issues[0]?.path).toEqual(['steps', 1])
})

test('one changed gate sends all gates, so that none is lost', () => {
  const input = LaunchRollout.parse(launchInput({ ...draft, gateFields: { 'errors.tolerance': '1.5' } }, policy))
  expect(input.gates).toMatchObject([{ metric: 'errors', tolerance: 1.5, limit: 2 }, { metric: 'latency' }])
})

test('what a gate does without data is sent as chosen', () => {
  const input = LaunchRollout.parse(launchInput({ ...draft, gateFields: { 'errors.noData': 'fail' } }, policy))
  expect(input.gates?.[0]).toMatchObject({ metric: 'errors', noData: 'fail' })
  expect(input.gates?.[1]).not.toHaveProperty('noData')
})

test('typing a default again is no change', () => {
  expect(changedCount({ ...draft, pace: { burnIn: '60' } }, policy)).toBe(0)
})
