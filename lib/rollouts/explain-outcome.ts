import { formatCount, formatDuration, formatShare } from '@/lib/format'
import type { OutcomeGate } from './schema'
import type { Maturity } from './verdict'

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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
