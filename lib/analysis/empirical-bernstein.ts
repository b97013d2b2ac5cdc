import type { Band } from './band'
import { lse } from './grid'
import { requireCount, requireFinite, requireOpenUnit } from './input'

/** One window of values in [0, 1]: how many, their sum, the sum of their squares. */
interface MeanWindow {
  readonly n: number
  readonly sum: number
  readonly sumSquares: number
}

/** Additive state: count, sum, and the variance process V with means predicted from earlier windows. */
interface MeanState {
  readonly n: number
  readonly S: number
  readonly V: number
}

const BETS = Array.from({ length: 10 }, (_, k) => 2 ** -(k + 1))
const SLACK = 1e-9

/** Adds one window: mu = (0.5 + S)/(1 + n) from EARLIER windows, V += sumSquares - 2 mu sum + n mu^2. Pure. RangeError unless the sums fit values in [0, 1]. */
function addMeanWindow(state: MeanState, window: MeanWindow): MeanState {
  const { n, sum, sumSquares } = window
  requireCount(n, 'n')
  const slack = SLACK * n
  if (!(requireFinite(sum, 'sum') >= -slack && sum <= n + slack)) throw new RangeError(`sum must lie between 0 and n = ${n}, not ${sum}.`)
  if (!(requireFinite(sumSquares, 'sumSquares') >= -slack && sumSquares <= sum + slack))
    throw new RangeError(`sumSquares must lie between 0 and sum = ${sum} for values between 0 and 1, not ${sumSquares}.`)
  const mu = (0.5 + state.S) / (1 + state.n)
  return { n: state.n + n, S: state.S + sum, V: state.V + sumSquares - 2 * mu * sum + n * mu * mu }
}

/**
 * log e-value against H0: mean <= m ('gt') or mean >= m ('lt'): lse over bets l = 2^-1 .. 2^-10 of
 * -log 10 + l (S - n m) - (-log(1-l) - l) V; 'lt' mirrors y -> 1 - y. Source: Waudby-Smith & Ramdas, empirical Bernstein by betting.
 */
export function meanEvidence(state: MeanState, m: number, side: 'gt' | 'lt'): number {
  requireFinite(m, 'm')
  const gain = side === 'gt' ? state.S - state.n * m : state.n - state.S - state.n * (1 - m)
  return lse(BETS.map((bet) => -Math.log(BETS.length) + bet * gain - (-Math.log1p(-bet) - bet) * state.V))
}

/** Confidence sequence of the mean, alpha per edge, by 60 bisections on each side of S/n; [0, 1] without data. */
function meanBand(state: MeanState, alpha: number): Band {
  const needed = Math.log(1 / requireOpenUnit(alpha, 'alpha'))
  if (state.n === 0) return { lower: 0, upper: 1 }
  const mean = state.S / state.n
  return {
    lower: bisect(0, mean, (m) => meanEvidence(state, m, 'gt') >= needed),
    upper: bisect(mean, 1, (m) => meanEvidence(state, m, 'lt') < needed),
  }
}

/** Evidence for a mean above and below m, and the band, of a list of windows. */
export function empiricalBernstein(
  windows: readonly MeanWindow[],
  alpha: number,
  m: number,
): MeanState & Band & { logEGt: number; logELt: number } {
  const state = windows.reduce(addMeanWindow, { n: 0, S: 0, V: 0 } as MeanState)
  return { ...state, logEGt: meanEvidence(state, m, 'gt'), logELt: meanEvidence(state, m, 'lt'), ...meanBand(state, alpha) }
}

/** Midpoint of the last of 60 halvings; `upward` says whether the edge lies above the point. */
function bisect(from: number, to: number, upward: (m: number) => boolean): number {
  let [low, high] = [from, to]
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2
    if (upward(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}
