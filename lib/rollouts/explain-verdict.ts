import { capital, formatCount, formatMs, formatRatio, formatShare } from '@/lib/format'
import { driftSentence, maturityWords, segmentWords, trialWords } from './explain-outcome'
import { readsLabels } from './lane'
import type { Comparison, GateVerdict, Metric } from './verdict'
import { hitWords } from './words'

/** Names of the gates in a sentence. */
export const METRIC_WORDS: Record<Metric, string> = {
  errors: 'errors',
  latency: 'latency',
  accuracy: 'accuracy',
  quality: 'quality',
  business: 'business metric',
  drift: 'input drift',
  objective: 'error objective',
  'accuracy-floor': 'accuracy floor',
}

/** One sentence for what a gate says, with its bound and both limits; never "safe" alone. */
export function verdictSentence(gate: GateVerdict): string {
  const [part] = gate.parts
  if (gate.metric === 'drift') return driftSentence(gate)
  switch (gate.verdict) {
    case 'no-data':
    case 'maturing':
    case 'invalid':
      return missingSentence(gate)
    case 'fail':
      return part ? `${inSegment(part)}${failSentence(gate, part)}${weaker(gate)}` : `The ${METRIC_WORDS[gate.metric]} gate failed.`
    default:
      return part
        ? `${inSegment(part)}${boundSentence(gate, part)}${weaker(gate)}${ripening(gate)}${bySegment(gate)}`
        : `The ${METRIC_WORDS[gate.metric]} gate has nothing to judge yet.`
  }
}

function missingSentence(gate: GateVerdict): string {
  const name = capital(METRIC_WORDS[gate.metric])
  switch (gate.reason) {
    case 'no-reference':
      return gate.metric === 'accuracy'
        ? `${name}: no reference yet; stable needs 100 labels within 60 min.`
        : `${name}: no reference yet; stable needs 200 requests within 60 min.`
    case 'no-traffic':
      return `${name}: no data; the candidate answered no requests at this step.`
    case 'incomplete':
      return `${name}: no data; the cluster's counters are silent, and silence is not zero.`
    case 'labels-to-come':
      return gate.maturity?.labels
        ? `${name}: maturing.${ripening(gate)}`
        : `${name}: maturing; no ${trialWords(gate.about ?? null)} have come for this step's predictions yet.${ripening(gate)}`
    case 'label-share-off':
      return `${name}: not judged; ${trialWords(gate.about ?? null)} came for another share of predictions than the candidate answered.`
    case 'segment-share-off':
      return `${name}: not judged; the candidate got another mix of segments than stable.`
    case 'share-off':
      return `${name}: not judged; the candidate got another share of requests than configured.`
    default:
      return `${name}: not judged at 0 %; the preview gets no counted traffic.`
  }
}

function failSentence(gate: GateVerdict, part: Comparison): string {
  const counts = countsOf(gate, part)
  if (gate.compared === 'absolute') {
    const kind = gate.metric === 'objective' ? 'fails' : 'is wrong on'
    return `The candidate ${kind} ${formatShare(share(part.xC, part.nC))} of ${countOf(gate, part.nC)}; at most ${formatShare(gate.ceiling ?? 0)} is allowed.`
  }
  if (gate.points) {
    const least = pointsOf(part.lower ?? 1, gate.points.reference)
    return `The candidate's accuracy is at least ${points(least)} points below stable's (tolerated ${points(gate.points.tolerated)}): wrong on ${counts}.`
  }
  const atLeast = part.lower === null ? '' : `at least ${formatRatio(part.lower)}, `
  const times = part.ratio === null ? 'more often than' : `${formatRatio(part.ratio)} as often as`
  if (gate.metric === 'latency') {
    const tau = formatMs(part.tauMs ?? 0)
    return `The candidate is slower than ${formatMs(part.toleratedMs ?? 0)} ${times} stable is slower than ${tau} (${quantile(part)}; ${atLeast}tolerated ${formatRatio(part.tolerated)}): ${counts}.`
  }
  if (gate.about)
    return `${capital(hitWords(gate.about))}: ${part.ratio === null ? 'more often' : formatRatio(part.ratio)} with the candidate than with stable (odds; ${atLeast}tolerated ${formatRatio(part.tolerated)}): ${counts}.`
  return `The candidate fails ${times} stable (${atLeast}tolerated ${formatRatio(part.tolerated)}): ${counts}.`
}

function boundSentence(gate: GateVerdict, part: Comparison): string {
  const proven = gate.verdict === 'pass'
  if (gate.compared === 'absolute') {
    const kind = gate.metric === 'objective' ? 'Errors' : 'Wrong answers'
    const bound = formatShare(gate.ceiling ?? 0)
    return `${kind} ${proven ? `proven below ${bound}` : `not yet proven below ${bound}`}: ${formatCount(part.xC)} of ${countOf(gate, part.nC)}.`
  }
  const own = part.step ?? part
  const counts = countsOf(gate, own)
  if (gate.points) return accuracySentence(gate, part, counts)
  const range = rangeOf(own, proven)
  const subject = capital(gate.about ? `${hitWords(gate.about)}: odds` : METRIC_WORDS[gate.metric])
  if (gate.compared === 'before')
    return `${subject} ${range} what was frozen before; at most ${formatRatio(part.limit)} is allowed (${counts}).`
  const allowed = `this step allows ${formatRatio(part.limit)}`
  if (gate.metric === 'latency') {
    const ms = formatMs(part.step?.ms ?? part.toleratedMs ?? 0)
    const stable = `as often as stable is slower than ${formatMs(part.tauMs ?? 0)} (${quantile(part)})`
    const whole = part.step?.ms === part.limitMs ? '' : `, 100 % allows 1x slower than ${formatMs(part.limitMs ?? 0)}`
    return `Slower than ${ms} ${range} ${stable}; ${allowed}${whole} (${counts}).`
  }
  const whole = `${allowed}, 100 % allows ${formatRatio(part.finalLimit)}`
  if (proven && gate.reason === 'below-ceiling')
    return `Errors proven below ${formatShare(gate.ceiling ?? 0)} of requests, which this step allows whatever the ratio (${counts}); else ${whole}.`
  return `${subject} ${range} stable${proven ? '' : ' so far'}; ${whole} (${counts}).`
}

/** The segment that the numbers are of; nothing for all requests. */
function inSegment(part: Comparison): string {
  return part.of ? `In segment ${part.of}: ` : ''
}

function bySegment(gate: GateVerdict): string {
  const words = segmentWords(gate, readsLabels(gate) ? trialWords(gate.about ?? null) : 'requests')
  return words === '' ? '' : ` ${words}`
}

/** How far labels have come, where that still decides something. */
function ripening(gate: GateVerdict): string {
  const words = gate.maturity && gate.verdict !== 'pass' && gate.verdict !== 'fail' ? maturityWords(gate.maturity, gate.about ?? null) : ''
  return words === '' ? '' : ` ${words}`
}

function accuracySentence(gate: GateVerdict, part: Comparison, counts: string): string {
  const { reference, limit, finalLimit } = gate.points ?? { reference: 1, limit: 0, finalLimit: 0 }
  const allowed =
    gate.compared === 'before'
      ? `${points(finalLimit)} points are allowed`
      : `this step allows ${points(limit)} points, 100 % allows ${points(finalLimit)}`
  const { lower, upper } = part.step ?? part
  if (upper === null) return `Accuracy undecided; ${allowed} (wrong on ${counts}).`
  const most = pointsOf(upper, reference)
  if (most <= 0) return `Accuracy at least ${points(-most)} points above stable; ${allowed} (wrong on ${counts}).`
  const least = lower === null ? null : pointsOf(lower, reference)
  const range =
    gate.verdict === 'pass' || least === null || least >= most
      ? `at most ${points(most)} points below stable`
      : `between ${points(Math.abs(least))} points ${least < 0 ? 'above' : 'below'} and ${points(most)} below stable so far`
  return `Accuracy ${range}; ${allowed} (wrong on ${counts}).`
}

/** Short form for the headline: "errors at most 1.4x". */
export function verdictClause(gate: GateVerdict): string {
  const [part] = gate.parts
  const name = gate.about?.metric === 'business' ? gate.about.name : METRIC_WORDS[gate.metric]
  if (gate.verdict === 'maturing') return `${name} waits for labels`
  if (gate.verdict === 'no-data') return `${name} has no data`
  if (gate.verdict === 'invalid') return gate.metric === 'drift' ? 'the arms get different inputs' : `${name} cannot be judged`
  if (gate.metric === 'drift') return gate.verdict === 'pass' ? 'the arms get the same inputs' : 'no different inputs found'
  if (!part || gate.verdict === 'fail') return `${name} failed`
  if (gate.reason === 'below-ceiling' || gate.compared === 'absolute') {
    const bound = formatShare(gate.ceiling ?? 0)
    return gate.verdict === 'pass' ? `${name} below ${bound}` : `${name} not yet proven below ${bound}`
  }
  const { upper } = part.step ?? part
  if (gate.points) {
    if (upper === null) return `${name} undecided`
    const most = pointsOf(upper, gate.points.reference)
    return most <= 0
      ? `${name} no lower than stable`
      : `${name} at most ${points(most)} points lower (${points(gate.points.limit)} allowed)`
  }
  return upper === null ? `${name} undecided` : `${name} at most ${formatRatio(upper)} (${formatRatio(part.limit)} allowed)`
}

/** Odds and the names of methods: only behind "explain". */
export function explainOdds(gate: GateVerdict): { label: string; value: string }[] {
  if (gate.metric === 'drift') {
    const rows = [{ label: 'Evidence for different inputs', value: `${odds(gate.evidence)} (${odds(gate.needed)} needed)` }]
    return [
      ...rows,
      ...gate.parts.map(partRow(gate)),
      { label: 'Method', value: 'One e-process per bin against the rest, both directions, averaged' },
    ]
  }
  const rows = [
    { label: 'Evidence for worse than tolerated', value: `${odds(gate.evidence)} (${odds(gate.needed)} needed, over all gates)` },
    { label: "Evidence for within this step's limit", value: `${odds(gate.safe)} (${odds(gate.safeNeeded)} needed)` },
  ]
  if (gate.withoutWorst !== null)
    rows.splice(1, 0, {
      label: 'Without its worst 10 s',
      value: `${odds(gate.withoutWorst)} (${odds(gate.needed / 2)} needed, over all gates)`,
    })
  rows.push(...gate.parts.map(partRow(gate)))
  rows.push({ label: 'Method', value: METHODS[gate.compared] })
  return rows
}

function partRow(gate: GateVerdict) {
  return (part: Comparison): { label: string; value: string } => {
    const name = `Ratio${part.quantile === null ? '' : ` ${quantile(part)}`}${part.of ? `, ${part.of}` : ''}`
    const edge = (value: number | null, open: string) => (value === null ? open : formatRatio(value))
    const range = `${edge(part.ratio, 'unknown')} (anytime-valid range ${edge(part.lower, '0')} to ${edge(part.upper, 'open')})`
    return { label: part.odds ? `${name} (of odds)` : name, value: `${range}; ${countsOf(gate, part)}` }
  }
}

const METHODS = {
  'side-by-side': 'Mixture likelihood-ratio e-process, each slot conditioned on its totals; restarts averaged; leave one block out',
  before: 'One-sample e-process against the frozen reference: weaker, because the world may have changed since',
  absolute: 'One-sample e-process against a fixed share',
}

/** Log evidence as odds, at most 1,000,000:1; below 1 it speaks for the other side. */
export function odds(logE: number): string {
  if (logE < 0) return `1:${formatCount(Math.min(1e6, Math.exp(-logE)))}`
  return `${formatCount(Math.floor(Math.min(1e6, Math.exp(logE)) + 1e-9))}:1`
}

/** Percentage points that an odds ratio of being wrong costs at a stable accuracy. */
export function pointsOf(ratio: number, accuracy: number): number {
  const wrong = 1 - accuracy
  return 100 * ((ratio * wrong) / (accuracy + ratio * wrong) - wrong)
}

/** Percentage points as text, never below 0. */
export function points(value: number): string {
  return `${Number(Math.max(0, value).toFixed(value < 1 ? 2 : 1))}`
}

/** "at most 1.6x", "between 0.7x and 3.4x", with what is open said. */
function rangeOf({ lower, upper }: { lower: number | null; upper: number | null }, proven: boolean): string {
  if (upper === null) return lower === null ? 'at an unknown multiple of' : `at least ${formatRatio(lower)}`
  return proven || lower === null ? `at most ${formatRatio(upper)}` : `between ${formatRatio(lower)} and ${formatRatio(upper)}`
}

function countsOf(gate: GateVerdict, part: { xC: number; nC: number; xS: number; nS: number }): string {
  const own = `${formatCount(part.xC)} of ${countOf(gate, part.nC)}`
  if (gate.compared === 'absolute') return own
  return `${own} vs ${formatCount(part.xS)} of ${formatCount(part.nS)}${gate.compared === 'before' ? ' expected from before' : ''}`
}

function countOf(gate: GateVerdict, n: number): string {
  return `${formatCount(n)} ${readsLabels(gate) ? trialWords(gate.about ?? null) : 'requests'}`
}

function weaker(gate: GateVerdict): string {
  const key = gate.byKey ? ' Assigned by key, not by request.' : ''
  return `${gate.compared === 'before' ? ' Compared with before, not side by side.' : ''}${key}`
}

function quantile(part: Comparison): string {
  return `p${Number(((part.quantile ?? 0) * 100).toFixed(1))}`
}

function share(x: number, n: number): number {
  return n === 0 ? 0 : x / n
}
