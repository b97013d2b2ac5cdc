import { Badge } from '@/components/ui/badge'
import type { HoldReason, Phase } from '@/lib/rollouts/schema'
import { PHASE_WORDS } from './words'

/** The phase in a word; held by a person alone, it reads "paused". */
export function PhaseBadge({ phase, holds = [] }: { phase: Phase; holds?: readonly HoldReason[] }) {
  const paused = phase === 'holding' && holds.length === 1 && holds[0] === 'person'
  const { word, tone } = PHASE_WORDS[phase]
  return <Badge tone={tone}>{paused ? 'paused' : word}</Badge>
}
