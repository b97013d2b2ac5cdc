import { requireFinite, requireNumber, requirePositive } from './input'
import { mix } from './mix'
import { trialsLogE } from './trials'

/** Highest ratio a "safe" null may have: the end of the grid. */
const STAGE_LIMIT_CAP = 64

/** What one gate hands to `decide`. `logEJack` may be a function: it is called only when the total has reached its bar. */
export interface MetricEvidence {
  readonly name: string
  readonly weight: number
  readonly logE: number
  readonly logEJack: number | (() => number)
  readonly logESafe: number
  readonly ready: boolean
}

export interface Decision {
  readonly action: 'rollback' | 'advance' | 'continue'
  /** The metric with the largest log w + logE, for a rollback. */
  readonly blamed: string | null
  /** log of the averaged e-value of all metrics. */
  readonly total: number
}

/**
 * Limit for the step to `nextShare`: 1 + (limit - 1) / nextShare keeps the whole traffic's bad rate within limit x stable after the step.
 * Uncapped, see `cappedStageLimit`.
 */
export function stageLimit(limit: number, nextShare: number): number {
  requirePositive(limit, 'limit')
  if (!(requirePositive(nextShare, 'nextShare') <= 1)) throw new RangeError(`nextShare must be above 0 and at most 1, not ${nextShare}.`)
  return 1 + (limit - 1) / nextShare
}

/** `stageLimit`, at most 64: what the judge asks of the process. */
export function cappedStageLimit(limit: number, nextShare: number): number {
  return Math.min(STAGE_LIMIT_CAP, stageLimit(limit, nextShare))
}

/** Rollback evidence with an absolute floor: the ratio is proven above its tolerance AND the candidate's rate above `floor`; the smaller e-value proves both. */
export function rollbackLogE(logERatio: number, xC: number, nC: number, floor?: number): number {
  requireNumber(logERatio, 'logERatio')
  return floor === undefined ? logERatio : Math.min(logERatio, trialsLogE(xC, nC, floor, 'gt'))
}

/** Safe evidence with an absolute ceiling: the ratio is below its limit OR the candidate's rate below `ceiling`; the average of both e-values. */
export function safeLogE(logERatio: number, xC: number, nC: number, ceiling?: number): number {
  requireNumber(logERatio, 'logERatio')
  return ceiling === undefined ? logERatio : mix([logERatio, trialsLogE(xC, nC, ceiling, 'lt')], [0.5, 0.5])
}

/**
 * Rollback when the mixed evidence reaches log(1/alpha) and, without each metric's worst block, still half of it; else advance when every metric
 * is ready and proven safe; else continue. alpha is the whole rollout's. No metric at all proves nothing: continue.
 */
export function decide(metrics: readonly MetricEvidence[], levels: { alpha?: number; alphaSafe?: number } = {}): Decision {
  const bar = Math.log(1 / (levels.alpha ?? 0.05))
  const safeBar = Math.log(1 / (levels.alphaSafe ?? 0.05))
  requireFinite(bar + safeBar, 'log(1/alpha)')
  const weights = metrics.map((metric) => metric.weight)
  const total = mix(
    metrics.map((metric) => metric.logE),
    weights,
  )
  if (total >= bar && mix(metrics.map(jackknifed), weights) >= 0.5 * bar) return { action: 'rollback', blamed: blame(metrics), total }
  const safe = metrics.length > 0 && metrics.every((metric) => metric.ready && requireNumber(metric.logESafe, 'logESafe') >= safeBar)
  return { action: safe ? 'advance' : 'continue', blamed: null, total }
}

function jackknifed(metric: MetricEvidence): number {
  return typeof metric.logEJack === 'number' ? metric.logEJack : metric.logEJack()
}

function blame(metrics: readonly MetricEvidence[]): string {
  const share = (metric: MetricEvidence) => Math.log(metric.weight) + metric.logE
  return metrics.reduce((worst, metric) => (share(metric) > share(worst) ? metric : worst)).name
}
