import { formatCount, formatDuration, formatRatio, formatShare } from '@/lib/format'
import { METRIC_WORDS, points, pointsOf } from './explain-verdict'
import { REFERENCE_LABELS, REFERENCE_MINUTES, REFERENCE_REQUESTS } from './frame'
import type { PlanDocument } from './schema'
import type { Hold } from './state'
import type { GateVerdict, Judgement, VerdictReason } from './verdict'

/** What one gate still needs before a step forward, with its number; null: nothing. */
export function gateNeed(gate: GateVerdict, share: Judgement['share'] = null): string | null {
  const name = METRIC_WORDS[gate.metric]
  switch (gate.verdict) {
    case 'pass':
      return null
    case 'fail':
      return `${name} failed: it does not go on`
    case 'undecided':
      return `${name} ${gate.distance ? distanceNeed(gate.distance) : boundNeed(gate)}`
    case 'maturing':
      return `${name}: ${gate.maturity?.labels ? labelNeed(gate.maturity) : MISSING['labels-to-come']}`
    default:
      return `${name}: ${gate.reason === 'share-off' || gate.reason === 'label-share-off' ? shareNeed(gate, share) : (MISSING[gate.reason] ?? '1 closed slot')}`
  }
}

const MISSING: Partial<Record<VerdictReason, string>> = {
  'no-reference': `${REFERENCE_REQUESTS} requests (for labels: ${REFERENCE_LABELS} labels) of the live version within ${REFERENCE_MINUTES} min, to compare with`,
  'no-traffic': 'at least 1 request to the candidate at this step',
  incomplete: "the cluster's counters to report again: 6 slots in a row are incomplete",
  'labels-to-come': "1 label of this step's predictions, the first",
  'segment-share-off': 'the candidate to get the same mix of segments as the live version, 1x of each',
  'inputs-differ': 'both versions to get the same requests: each share of an input within 1x',
  'not-judged-here': 'traffic: at 0 % nothing is counted',
}

function shareNeed({ reason }: GateVerdict, share: Judgement['share']): string {
  const of = reason === 'share-off' ? 'requests' : 'labels'
  const wanted = share === null ? '100 % of the configured share' : formatShare(share.configured)
  const got = share === null || reason !== 'share-off' ? '' : ` (it got ${formatShare(share.counted)})`
  return `the candidate to get ${wanted} of ${of}${got}`
}

function distanceNeed({ most, allowed }: NonNullable<GateVerdict['distance']>): string {
  return `shown to be alike within ${formatShare(allowed)} (so far ${formatShare(most)})`
}

/** Half of what is usual is where labels are no longer the quick ones only. */
function labelNeed({ labels, requests, usual }: NonNullable<GateVerdict['maturity']>): string {
  return `${formatCount(Math.ceil((requests * (usual ?? 0)) / 2))} labels of this step's predictions (${formatCount(labels)} so far)`
}

/** "below 3x (at most 4.2x so far)": the bound, and where it is now. */
function boundNeed(gate: GateVerdict): string {
  const [part] = gate.parts
  if (!part) return 'to be counted'
  if (gate.compared === 'absolute') return `proven below ${formatShare(gate.ceiling ?? 0)}`
  if (gate.compared === 'before') return `to stay within ${formatRatio(part.limit)} of what was frozen before`
  const { upper } = part.step ?? part
  const so = (most: string) => (upper === null ? 'no upper bound yet' : `at most ${most} so far`)
  if (!gate.points) return `proven within ${formatRatio(part.limit)} (${so(formatRatio(upper ?? 0))})`
  const { limit, reference } = gate.points
  return `proven at most ${points(limit)} points lower (${so(`${points(pointsOf(upper ?? 1, reference))} points`)})`
}

/** What a hold needs to go on, with its number; what its gates need comes after that. */
export function holdNeed(plan: PlanDocument, hold: Pick<Hold, 'reason' | 'detail'>, judgement: Judgement | null): string {
  // With a detail it is all requests together that contradict the weights, not what a gate compares.
  if (hold.reason === 'invalid' && hold.detail) return 'requests to go by the acknowledged weights'
  const needs = (judgement?.gates ?? []).flatMap((gate) => (gate.gating ? (gateNeed(gate, judgement?.share) ?? []) : [])).join('; ')
  return (HOLD_NEEDS[hold.reason] ?? (() => "a person's answer"))(plan, needs)
}

/** By hold reason. A table test asks that each of them stands here. `gates`: what they need; empty: nothing. */
export const HOLD_NEEDS: Readonly<Record<string, (plan: PlanDocument, gates: string) => string>> = {
  person: () => '1 person to resume it',
  approval: () => '1 person who looked at the preview and switches all traffic',
  dwell: ({ pace }, gates) => then(`1 person to give it ${formatDuration(pace.maxDwell)} more`, gates),
  'no-data': ({ pace }, gates) => then(`${formatCount(Math.max(1, pace.minRequests))} candidate requests that are counted`, gates),
  invalid: (_, gates) => gates || '1 slot in which the candidate gets the share that is configured',
  unreachable: () => '1 answer of the cluster',
  takeover: () => '1 person to keep theirs or restore ours',
  'stable-bad': () => '1 person to return all the same, or to let it stay',
  lowered: () => '1 person to begin again at the first step',
  'wave-failed': () => '1 person to begin there anew, or to return all',
}

function then(first: string, gates: string): string {
  return gates === '' ? first : `${first}, then ${gates}`
}
