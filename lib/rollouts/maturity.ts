import { outlook, twoSampleRate } from '@/lib/analysis/power'
import { FULL } from '@/lib/endpoints/wish'
import type { StepState } from './bench'
import type { Frame } from './frame'
import { limitRatio, nextShare, weightAt } from './gate'
import type { Lane } from './lane'
import type { PlanDocument } from './schema'
import type { Place } from './state'
import type { Maturity } from './verdict'

/** With less than this part of the usual coverage, what has come may still be the quick labels only. */
const MATURE_PART = 0.5

interface Ripening {
  readonly plan: PlanDocument
  readonly place: Place
  readonly frame: Frame | null
  readonly lane: Lane
  readonly step: StepState | null
  /** The candidate's requests at this step, and the seconds over which they came. */
  readonly requests: number
  readonly seconds: number
  /** Log evidence that the gate has, and what it needs. */
  readonly safe: number
  readonly needed: number
  readonly accuracy: number | null
}

/**
 * How far the labels of this step's predictions have come, and about how long until a candidate like stable is proven. Coverage is labels per request of the
 * candidate; usual coverage is stable's over the frame's hour. `etaSeconds` null: there is nothing to reckon it from.
 */
export function maturityOf(on: Ripening): Maturity | null {
  if (on.lane.source !== 'labels') return null
  const labels = on.step?.safe?.totals.nC ?? 0
  const frozen = frozenLabels(on)
  const usual = frozen && on.frame && on.frame.requests > 0 ? Math.min(1, frozen.labels / on.frame.requests) : null
  const coverage = on.requests > 0 ? Math.min(1, labels / on.requests) : null
  return {
    labels,
    requests: on.requests,
    coverage,
    usual,
    delaySeconds: frozen?.delaySeconds ?? null,
    etaSeconds: etaOf(on, labels, usual),
  }
}

/** Are too few labels here to say anything of the step, whatever they say? */
export function isMaturing({ labels, coverage, usual }: Maturity): boolean {
  return labels === 0 || (coverage !== null && usual !== null && coverage < MATURE_PART * usual)
}

function frozenLabels({ lane, frame }: Ripening) {
  return (lane.measure === 0 ? frame?.accuracy : frame?.measures?.[lane.measure - 1]) ?? null
}

function etaOf(on: Ripening, labels: number, usual: number | null): number | null {
  const { plan, place, lane, frame, seconds } = on
  const frozen = frozenLabels(on)
  const share = weightAt(plan, place) / FULL
  if (on.safe >= on.needed) return 0
  if (!frozen || !frame || share === 0 || share === 1 || seconds === 0 || lane.absolute) return null
  const perSecond = Math.max(labels, usual === null ? 0 : on.requests * usual) / seconds / share
  const psi0 = limitRatio(lane, nextShare(plan, place), on.accuracy ?? frozen.share)
  const stableRate = lane.measure === 0 ? 1 - frozen.share : frozen.share
  const nats = psi0 > 1 ? twoSampleRate({ requestsPerSecond: perSecond, share, stableRate, ratio: 1, psi0, exact: true }) : 0
  const { seconds: left } = outlook(nats, { alpha: plan.alphaSafe, within: plan.pace.maxDwell, have: on.safe })
  const wait = labels === 0 ? Math.max(0, (frozen.delaySeconds ?? 0) - seconds) : 0
  return Number.isFinite(left) ? Math.ceil(wait + left) : null
}
