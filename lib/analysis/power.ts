import { oddsRatioOfDrop } from './classification'
import { requireFinite, requireOpenUnit, requirePositive } from './input'

/** The mixture over the grid costs about 40 % against knowing the ratio. */
const MIXTURE = 1.4

/** When a verdict is to be expected. `decides` false: later than the limit given, "cannot decide: raise the share or mirror". */
export interface Outlook {
  readonly seconds: number
  readonly decides: boolean
}

/** KL divergence of two coins, th against th0, in nats: th log(th/th0) + (1-th) log((1-th)/(1-th0)). */
export function klCoin(th: number, th0: number): number {
  const term = (p: number, q: number) => (p > 0 ? p * Math.log(p / q) : 0)
  return term(th, th0) + term(1 - th, 1 - th0)
}

/**
 * Evidence per second of the two-sample process when the truth is `ratio` and the null `psi0`: R KL(th, th0), R = bad events per second of both arms,
 * th = psi w/(psi w + 1 - w), w = share. `exact`: psi is an odds ratio and R counts only as far as bad is rare, R (1 - pooled bad share).
 */
export function twoSampleRate(traffic: {
  requestsPerSecond: number
  share: number
  stableRate: number
  ratio: number
  psi0: number
  exact?: boolean
}): number {
  const { share, stableRate, ratio, psi0, exact = false } = traffic
  if (requireFinite(traffic.requestsPerSecond, 'requestsPerSecond') < 0) throw new RangeError('requestsPerSecond must be at least 0.')
  if (!(share >= 0 && share <= 1 && stableRate >= 0 && stableRate <= 1)) throw new RangeError('share and stableRate lie between 0 and 1.')
  requirePositive(ratio, 'ratio')
  requirePositive(psi0, 'psi0')
  const odds = (ratio * stableRate) / (1 - stableRate)
  const candidateRate = exact ? (stableRate === 1 ? 1 : odds / (1 + odds)) : Math.min(1, ratio * stableRate)
  const pooled = share * candidateRate + (1 - share) * stableRate
  const informative = exact ? pooled * (1 - pooled) : pooled
  if (share === 0 || share === 1 || informative === 0) return 0
  // KL(th, th0) with th/th0 = (ratio/psi0)(D0/D) and (1-th)/(1-th0) = D0/D, D = psi w + 1 - w: no difference of nearly equal numbers.
  const [D, D0] = [ratio, psi0].map((psi) => psi * share + 1 - share)
  const kl = ((ratio * share) / D) * Math.log(ratio / psi0) + Math.log(D0 / D)
  return traffic.requestsPerSecond * informative * Math.max(0, kl)
}

/** Evidence per second of one sample with hit share `rate` against the share `nullRate` (objectives, ceilings). */
export function oneSampleRate(trialsPerSecond: number, rate: number, nullRate: number): number {
  if (requireFinite(trialsPerSecond, 'trialsPerSecond') < 0) throw new RangeError('trialsPerSecond must be at least 0.')
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`rate must lie between 0 and 1, not ${rate}.`)
  return trialsPerSecond * klCoin(rate, requireOpenUnit(nullRate, 'nullRate'))
}

/**
 * Expected seconds until log(1/alpha) nats are there: 1.4 (log(1/(alpha weight)) - have) / natsPerSecond. `weight`: the metric's part in the mix,
 * `have`: nats already there (for a remaining time), `within`: seconds after which it "cannot decide". Infinity when nothing accrues.
 */
export function outlook(natsPerSecond: number, options: { alpha: number; within: number; weight?: number; have?: number }): Outlook {
  const { alpha, within, weight = 1, have = 0 } = options
  if (!(natsPerSecond >= 0)) throw new RangeError(`natsPerSecond must be at least 0, not ${natsPerSecond}.`)
  const missing = Math.log(1 / (requireOpenUnit(alpha, 'alpha') * requirePositive(weight, 'weight'))) - requireFinite(have, 'have')
  const seconds = missing <= 0 ? 0 : natsPerSecond === 0 ? Number.POSITIVE_INFINITY : (MIXTURE * missing) / natsPerSecond
  return { seconds, decides: seconds <= within }
}

/** Traffic and bars of one gate's preview. `regression`: the ratio a rollback should find; safe assumes a candidate just like stable. */
interface GatePower {
  readonly requestsPerSecond: number
  readonly share: number
  readonly stableRate: number
  readonly tolerance: number
  readonly limit: number
  readonly regression: number
  /** Of going back, and of going on. */
  readonly alpha: number
  readonly alphaSafe: number
  readonly within: number
  readonly weight?: number
  readonly exact?: boolean
}

/** Errors (stableRate = frozen bad rate) and latency (stableRate = 1 - quantile, exact for p50): seconds to a rollback of `regression` and to a proof of safety. */
export function ratioPower(gate: GatePower): { rollback: Outlook; safe: Outlook } {
  const { tolerance, limit, regression, alpha, alphaSafe, within, weight } = gate
  const bad = regression > tolerance ? twoSampleRate({ ...gate, ratio: regression, psi0: tolerance }) : 0
  const good = limit > 1 ? twoSampleRate({ ...gate, ratio: 1, psi0: limit }) : 0
  return { rollback: outlook(bad, { alpha, within, weight }), safe: outlook(good, { alpha: alphaSafe, within }) }
}

/** Accuracy by labels: the same with labels per second of both arms and percentage points of stable's accuracy. */
export function accuracyPower(gate: {
  labelsPerSecond: number
  share: number
  accuracy: number
  tolerancePoints: number
  limitPoints: number
  regressionPoints: number
  alpha: number
  alphaSafe: number
  within: number
  weight?: number
}): { rollback: Outlook; safe: Outlook } {
  const { labelsPerSecond, share, alpha, alphaSafe, within, weight } = gate
  const ratio = (points: number) => oddsRatioOfDrop(gate.accuracy, points)
  return ratioPower({
    requestsPerSecond: labelsPerSecond,
    share,
    stableRate: 1 - gate.accuracy,
    tolerance: ratio(gate.tolerancePoints),
    limit: ratio(gate.limitPoints),
    regression: ratio(gate.regressionPoints),
    alpha,
    alphaSafe,
    within,
    weight,
    exact: true,
  })
}
