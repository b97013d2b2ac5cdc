import { expect, test } from 'vitest'
import { openHistory } from './history'
import { GATES, planOf, STABLE, simulate, T0 } from './simulation.fixture'
import { standing } from './standing'
import type { LiveRun } from './state'

const plan = planOf({ gates: GATES.filter(({ metric }) => metric === 'errors') })
const { state, inputs } = simulate({ plan, seed: 3, rate: 100, seconds: 35, candidate: () => STABLE, still: true })
const run = state as LiveRun
const now = T0 + 35_000

function folded() {
  const history = openHistory(plan)
  history.add(inputs.map((input) => ({ at: T0, input })))
  return history
}

test('what a page says of a step whose weight is acknowledged is what the judge waits for, never its acknowledgement', () => {
  expect(run.acknowledgedAt).not.toBeNull()
  const last = folded().last(run)
  expect(last).toMatchObject({ lastSlot: now - 5_000 })
  expect(standing(plan, run, last, now).blocks).toBe('too few requests are counted at this step')
  const waits = folded().last({ ...run, acknowledgedAt: null })
  expect(waits?.decision).toEqual({ action: 'wait', waitingFor: 'acknowledgement' })
})

test('before the first slot there is no verdict, and at a step of which no slot is read yet the one before it is kept', () => {
  expect(openHistory(plan).last(run)).toBeNull()
  expect(folded().last({ ...run, place: { wave: 0, step: 1 } })).toMatchObject({ wave: 0, step: 0 })
})
