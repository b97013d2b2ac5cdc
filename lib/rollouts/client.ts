import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/ask'
import type { RolloutSeries, RolloutView, TimelineLine } from './view-schema'

const ASK_MS = 5_000

const ENDED: readonly RolloutView['phase'][] = ['returned', 'aborted', 'failed', 'cancelled']

/** Is there something still to see: it may move, is watched, or its last change is not counted yet? */
function mayChange({ phase, watchUntil, ticks }: RolloutView): boolean {
  const over = ENDED.includes(phase) || (phase === 'promoted' && watchUntil === null)
  return !over || (ticks !== null && ticks.countedAt === null)
}

/**
 * A rollout as its page shows it. The event stream (`rollout:ID`) makes it ask again; beside that it asks every 5 s while it may change, because silence is also
 * something to see.
 */
export function rolloutOptions(id: string) {
  return queryOptions({
    queryKey: ['rollout', id, 'view'],
    queryFn: () => ask<RolloutView>(`/api/v1/rollouts/${id}`),
    refetchInterval: ({ state }) => (state.data && !mayChange(state.data) ? false : ASK_MS),
  })
}

/** Its charts: a slot of 5 s at a time. */
export function seriesOptions(id: string, live: boolean) {
  return queryOptions({
    queryKey: ['rollout', id, 'series'],
    queryFn: () => ask<RolloutSeries>(`/api/v1/rollouts/${id}/series`),
    refetchInterval: live ? ASK_MS : false,
    placeholderData: (before) => before,
  })
}

/** Its timeline, newest first. */
export function timelineOptions(id: string) {
  return queryOptions({ queryKey: ['rollout', id, 'timeline'], queryFn: () => ask<TimelineLine[]>(`/api/v1/rollouts/${id}/timeline`) })
}
