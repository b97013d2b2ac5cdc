import { expect, test } from 'vitest'
import { asymptoticRadius } from './asymp'
import { driftLogE } from './drift'
import { LOG_PRIOR, LOG_PSI, POINTS } from './grid'
import { hyper } from './hyper'
import { ksRadius } from './kolmogorov'
import { mix } from './mix'
import { decide, rollbackLogE } from './policy'
import { restarts } from './restarts'
import { trials } from './trials'
import { twoSample } from './two-sample'
import file from './vectors.json'

type Row = [number, number, number, number]
interface Metric {
  name: string
  weight: number
  logE: number
  logE_jack: number
  logE_safe: number
  ready: boolean
}

const checked = new Set<string>()
const window = ([xC, nC, xS, nS]: Row) => ({ xC, nC, xS, nS })

check('constants', () => ({
  points: POINTS,
  lp_first: LOG_PSI[0],
  lp_last: LOG_PSI[POINTS - 1],
  logprior_first: LOG_PRIOR[0],
  logprior_mid: LOG_PRIOR[64],
  logprior_last: LOG_PRIOR[POINTS - 1],
}))
check('hyper', (rows: [number, number, number, number, number][]) => rows.map((row) => hyper(...row)))
check('two_sample', (input: { windows: Row[]; exact: boolean; phi: number; psi_rollback: number; psi_limit: number; alpha: number }) => {
  const { exact, phi, psi_rollback, psi_limit, alpha } = input
  const result = twoSample(input.windows.map(window), { exact, phi, psiRollback: psi_rollback, psiLimit: psi_limit, alpha })
  return { logE_rollback: result.logERollback, logE_safe: result.logESafe, cs_lower: result.lower, cs_upper: result.upper }
})
check('trials', ({ x, K, w, psi_gt, psi_lt, alpha }: Record<'x' | 'K' | 'w' | 'psi_gt' | 'psi_lt' | 'alpha', number>) => {
  const result = trials(x, K, w, { psiGt: psi_gt, psiLt: psi_lt, alpha })
  return { logE_gt: result.logEGt, logE_lt: result.logELt, cs_lower: result.lower, cs_upper: result.upper }
})
check('restarts', (input: { blocks: Row[]; starts: number[]; psi0: number; exact: boolean; phi: number }) => {
  const { noRestart, mixed, mixedPlain, weights } = restarts(input.blocks.map(window), input.starts, input.psi0, input)
  return { no_restart: noRestart, mixed, mixed_plain: mixedPlain, weights }
})
check('mix', ({ log_es, weights }: { log_es: number[]; weights: number[] }) => mix(log_es, weights))
check('ks_radius', (rows: [number, number][]) => rows.map((row) => ksRadius(...row)))
check('drift', ({ windows, ratio }: { windows: [number[], number[]][]; ratio: number }) => driftLogE(windows, ratio))
check('asymp', (rows: Row[]) => rows.map((row) => asymptoticRadius(...row)))
check('rollback_log_e', (rows: Row[]) => rows.map((row) => rollbackLogE(...row)))
check('decide', (cases: Metric[][]) =>
  cases.map((metrics) => {
    const { action, blamed, total } = decide(
      metrics.map((metric) => ({ ...metric, logEJack: metric.logE_jack, logESafe: metric.logE_safe })),
    )
    return [action, blamed, total]
  }),
)

test('every vector of the file is checked', () => {
  expect(file.vectors.filter((vector) => !checked.has(vector.fn))).toEqual([])
})

function check<Input>(fn: string, run: (input: Input) => unknown): void {
  checked.add(fn)
  for (const vector of file.vectors.filter((candidate) => candidate.fn === fn)) {
    test(`vector ${vector.id}, ${vector.name}: ${fn} agrees to 1e-9`, () => {
      const input: unknown = vector.input
      compare(run(input as Input), vector.expected, fn)
    })
  }
}

function compare(actual: unknown, expected: unknown, where: string): void {
  if (expected === null) expect([null, Number.POSITIVE_INFINITY], where).toContain(actual)
  else if (typeof expected === 'number')
    expect(Math.abs((actual as number) - expected), where).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
  else if (typeof expected === 'string') expect(actual, where).toBe(expected)
  else {
    const [a, b] = [actual as Record<string, unknown>, expected as Record<string, unknown>]
    expect(Object.keys(a).sort(), where).toEqual(Object.keys(b).sort())
    for (const key of Object.keys(b)) compare(a[key], b[key], `${where}.${key}`)
  }
}
