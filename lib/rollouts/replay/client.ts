import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/ask'
import type { Change, ReplayView, WhatIf, WhatIfAll } from './schema'

/** A rollout's verdicts judged again, and its ledger checked: only when asked for, and again with each ask. */
export function replayOptions(rolloutId: string, asked: boolean) {
  return queryOptions({
    queryKey: ['rollout', rolloutId, 'replay'],
    queryFn: () => ask<ReplayView>(`/api/v1/rollouts/${rolloutId}/replay`),
    enabled: asked,
  })
}

/** One rollout with other parameters. */
export function askWhatIf(rolloutId: string, change: Change): Promise<WhatIf> {
  return ask(`/api/v1/rollouts/${rolloutId}/what-if`, change)
}

/** An environment's last rollouts with other parameters. */
export function askWhatIfAll(environment: string, change: Change): Promise<WhatIfAll> {
  return ask('/api/v1/rollouts/what-if', { environment, change })
}
