import { formatDuration, formatShare, formatWeight } from '@/lib/format'
import type { Gate } from '@/lib/rollouts/schema'
import { hitWords } from '@/lib/rollouts/words'

/** What a gate of the plan asks, in one sentence with both limits. */
export function gateSentence(gate: Gate): string {
  switch (gate.metric) {
    case 'errors':
      return `Errors: returns when proven above ${gate.tolerance}x live; goes on when proven below ${gate.limit}x at 100 %, more at smaller steps.`
    case 'latency':
      return `Latency at ${gate.quantiles.map((quantile) => `p${Number((quantile * 100).toFixed(1))}`).join(', ')}: returns when proven slower; differences below ${gate.floorMs} ms do not count.`
    case 'accuracy':
      return `Accuracy: returns when proven more than ${gate.tolerancePoints} points worse; goes on when proven less than ${gate.limitPoints} points worse${gate.required ? '' : '; the last step does not wait for it'}.`
    case 'quality':
    case 'business':
      return `${hitWords(gate)}: returns when their odds are proven above ${gate.tolerance}x live; goes on when proven below ${gate.limit}x at 100 %, more at smaller steps${gate.required ? '' : '; the last step does not wait for it'}.`
    case 'drift':
      return `Input drift: holds when both versions are shown to get different requests (a share ${gate.ratio}x off)${gate.required ? `; goes on when no share can differ by more than ${formatShare(gate.maxDistance)}` : ''}.`
    case 'objective':
      return `Errors: at most ${formatShare(gate.max)} of requests, against a fixed number.`
    case 'accuracy-floor':
      return `Accuracy: at least ${formatShare(gate.min)}, against a fixed number.`
  }
}

/** "5 %, 25 %, 50 %, 100 %" */
export function stepWords(steps: readonly number[]): string {
  return steps.map((step) => (step === 0 ? 'preview' : formatWeight(step))).join(', ')
}

/** The same, with what single clusters have in their place: "5 %, 100 %; on cloud: 1 %, 5 %, 100 %" */
export function allStepWords(steps: readonly number[], own: readonly { cluster: string; steps: readonly number[] }[] = []): string {
  return [stepWords(steps), ...own.map((each) => `on ${each.cluster}: ${stepWords(each.steps)}`)].join('; ')
}

/** What a soak asks of every cluster but the last. */
export function soakWords(seconds: number): string {
  return `each cluster stays ${formatDuration(seconds)} at 100 % without a fail before the next begins`
}

/** What a fail of one cluster does to the others. */
export function waveFailWords(waveFail: 'all' | 'wave' | undefined): string {
  return waveFail === 'wave'
    ? 'after the first, the one under way goes back alone, those before it stay, and a person says how it goes on; else all go back'
    : 'all clusters go back'
}

/** "24 h after the end", or what no watch means. */
export function watchWords(seconds: number): string {
  return seconds > 0 ? `gates go on for ${formatDuration(seconds)} after 100 %` : 'none: nothing is judged after 100 %'
}
