import type { BadgeTone } from '@/components/ui/badge'
import type { Phase, Strategy } from '@/lib/rollouts/schema'
import type { WaveView } from '@/lib/rollouts/view-schema'

/** Phases in words. Red is kept for what harms users now, so none of them is red. */
export const PHASE_WORDS: Record<Phase, { word: string; tone: BadgeTone }> = {
  'awaiting-approval': { word: 'waits for approval', tone: 'warn' },
  starting: { word: 'starting', tone: 'neutral' },
  progressing: { word: 'in progress', tone: 'neutral' },
  holding: { word: 'holding', tone: 'warn' },
  returning: { word: 'returning', tone: 'warn' },
  promoted: { word: 'promoted', tone: 'pass' },
  returned: { word: 'returned', tone: 'quiet' },
  aborted: { word: 'stopped by a person', tone: 'quiet' },
  failed: { word: 'failed to start', tone: 'quiet' },
  cancelled: { word: 'cancelled', tone: 'quiet' },
}

export const STRATEGY_WORDS: Record<Strategy, string> = {
  initial: 'first version',
  canary: 'canary',
  'blue-green': 'blue/green',
  return: 'return',
}

const WAVE_WORDS: Record<WaveView['state'], string> = {
  waits: 'waits for the wave before',
  starting: 'starting next',
  'at-step': 'at its step',
  soaks: 'soaks at 100 %',
  lowered: 'back at 0 %',
  done: 'done',
  returning: 'returning',
  returned: 'returned',
  lost: 'cannot be reached',
}

/** How a cluster stands in a rollout of this phase. */
export function waveWord(state: WaveView['state'], phase: Phase): string {
  if (state === 'waits' && phase === 'awaiting-approval') return 'waits for approval'
  return state === 'waits' && phase === 'cancelled' ? 'never began' : WAVE_WORDS[state]
}

export const METRIC_WORDS: Record<string, string> = {
  errors: 'Errors',
  latency: 'Latency',
  accuracy: 'Accuracy',
  quality: 'Quality',
  business: 'Business metric',
  drift: 'Input drift',
  objective: 'Errors against the objective',
  'accuracy-floor': 'Accuracy against its floor',
}

/** True while the rollout may still move. */
export function isLive(phase: Phase): boolean {
  return phase === 'starting' || phase === 'progressing' || phase === 'holding' || phase === 'returning'
}

/** "v3", or "no version". */
export function versionWord(number: number | null | undefined): string {
  return number === null || number === undefined ? 'no version' : `v${number}`
}
