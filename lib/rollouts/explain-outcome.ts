import { capital, formatCount, formatDuration, formatShare } from '@/lib/format'
import type { OutcomeGate } from './schema'
import type { GateVerdict, Maturity } from './verdict'

/** What a gate's trials are: labels, true positives, measurements. */
export function trialWords(gate: OutcomeGate | null): string {
  if (gate?.metric === 'business') return 'measurements'
  return gate?.kind === 'recall' ? 'true positives' : 'labels'
}

/** "Labels for 41 of 1,200 requests (3.4 %, usually 98 %); about 4 min to a verdict." Empty where nothing is known. */
export function maturityWords({ labels, requests, coverage, usual, etaSeconds, delaySeconds }: Maturity, gate: OutcomeGate | null): string {
  if (requests === 0) return ''
  const usually = usual === null ? '' : `, usually ${formatShare(usual)}`
  const have = `${capital(trialWords(gate))} for ${formatCount(labels)} of ${formatCount(requests)} requests (${formatShare(coverage ?? 0)}${usually})`
  const delay = labels === 0 && delaySeconds !== null ? `; they usually come after ${formatDuration(Math.round(delaySeconds))}` : ''
  const eta = etaSeconds ? `; about ${formatDuration(Math.max(5, etaSeconds))} to a verdict` : ''
  return `${have}${delay}${eta}.`
}

/** "Segment hubs proven; evening not yet; night not judged by itself (41 of 200 requests)." Empty where there are none. */
export function segmentWords({ segments = [] }: GateVerdict, trials: string): string {
  if (segments.length === 0) return ''
  const words = segments.map(({ name, judged, proven, have, need }) =>
    judged
      ? `${name} ${proven ? 'proven' : 'not yet proven'}`
      : `${name} not judged by itself (${formatCount(have)} of ${formatCount(need)} ${trials})`,
  )
  return `${segments.length === 1 ? 'Segment' : 'Segments'}: ${words.join('; ')}.`
}

/** What the drift gate says, in one sentence. */
export function driftSentence({ verdict, reason, parts, distance }: GateVerdict): string {
  const [part] = parts
  const where = part
    ? `${part.of ?? ''}: ${formatShare(part.xC / Math.max(1, part.nC))} of the candidate's requests, ${formatShare(part.xS / Math.max(1, part.nS))} of stable's`
    : ''
  if (verdict === 'invalid')
    return `The arms get different inputs, so nothing that compares them is judged. ${where}. Routing is not by chance here.`
  if (verdict === 'no-data')
    return reason === 'no-traffic'
      ? 'Input drift: no data; no request of this step was counted in bins.'
      : 'Input drift: not judged here; there is no other arm to compare with.'
  const most = `no cumulative share of an input can differ by more than ${formatShare(distance?.most ?? 1)} (${formatShare(distance?.allowed ?? 0)} allowed)`
  return verdict === 'pass'
    ? `The arms get the same inputs: ${most}. Largest difference: ${where}.`
    : `No different inputs found; so far ${most}. Largest difference: ${where}.`
}
