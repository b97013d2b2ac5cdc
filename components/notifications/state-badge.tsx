import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { DeliveryState } from '@/lib/notifications/schema'

const STATES: Record<DeliveryState, { tone: BadgeTone; words: string }> = {
  waiting: { tone: 'quiet', words: 'waits' },
  retrying: { tone: 'warn', words: 'is tried again' },
  delivered: { tone: 'pass', words: 'delivered' },
  'given-up': { tone: 'fail', words: 'given up' },
}

/** How far a message came. */
export function StateBadge({ state }: { state: DeliveryState }) {
  const { tone, words } = STATES[state]
  return <Badge tone={tone}>{words}</Badge>
}
