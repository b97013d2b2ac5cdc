import { expect, test } from 'vitest'
import { binomial, gaussian, seeded } from '@/lib/analysis/chance'
import { createSketch, record } from '@/lib/analysis/sketch'
import { FULL } from '@/lib/endpoints/wish'
import { Gate } from '../schema'
import { planOf, T0 } from '../simulation.fixture'
import { backtest, type PastMinute } from './backtest'

const HOURS = 5
const TRIALS = 8
/** Computing, not waiting: a bound for what hangs on a busy machine. */
const LONG_MS = 60_000
const breathe = async () => undefined

/** Five hours of one version; `bad` and `ms` by minute. */
function past(bad: (minute: number) => number, ms: (minute: number) => number = () => 80): PastMinute[] {
  const random = seeded(5)
  return Array.from({ length: HOURS * 60 }, (_, i): PastMinute => {
    const n = 300
    const latency = createSketch()
    for (let k = 0; k < n; k += 1) record(latency, ms(i) * Math.exp(0.5 * gaussian(random)))
    return { at: T0 + i * 60_000, n, bad: binomial(random, n, bad(i)), latency, labels: 100, wrong: binomial(random, 100, 0.28) }
  })
}

const plan = planOf({ steps: [500, FULL] })

test(
  'a steady version is not returned by its own gates, neither beside itself nor alone',
  async () => {
    const found = await backtest(
      plan,
      past(() => 0.005),
      breathe,
    )
    expect(found.map((one) => one.metric)).toEqual(['errors', 'latency', 'accuracy'])
    for (const { beside, alone } of found) {
      expect(beside).toEqual({ trials: TRIALS, fired: 0 })
      expect(alone).toEqual({ trials: TRIALS, fired: 0 })
    }
  },
  LONG_MS,
)

test(
  'an hour of errors that both arms share fires no comparison side by side, but the one with the hour before, and an objective',
  async () => {
    const incident = past((minute) => (minute >= 120 && minute < 180 ? 0.2 : 0.005))
    const [errors] = await backtest(plan, incident, breathe)
    expect(errors.beside).toEqual({ trials: TRIALS, fired: 0 })
    expect(errors.alone?.fired).toBeGreaterThan(0)
    const [objective] = await backtest({ ...plan, gates: [Gate.parse({ metric: 'objective', max: 0.02 })] }, incident, breathe)
    expect(objective.beside).toBeNull()
    expect(objective.alone?.fired).toBeGreaterThan(0)
    expect(objective.alone?.fired).toBeLessThan(TRIALS)
  },
  LONG_MS,
)

test(
  'a slow hour is found by latency alone, and the same past gives the same answer',
  async () => {
    const slow = past(
      () => 0.005,
      (minute) => (minute >= 120 && minute < 180 ? 400 : 80),
    )
    const first = await backtest(plan, slow, breathe)
    expect(first[1].beside?.fired).toBe(0)
    expect(first[1].alone?.fired).toBeGreaterThan(0)
    expect(await backtest(plan, slow, breathe)).toEqual(first)
  },
  LONG_MS,
)

test(
  'too little past is no trial, which is not the same as no finding',
  async () => {
    const short = past(() => 0.005).slice(0, 60)
    expect((await backtest(plan, short, breathe))[0]).toEqual({
      metric: 'errors',
      beside: { trials: 0, fired: 0 },
      alone: { trials: 0, fired: 0 },
    })
    expect((await backtest(plan, [], breathe))[0].alone).toEqual({ trials: 0, fired: 0 })
  },
  LONG_MS,
)
