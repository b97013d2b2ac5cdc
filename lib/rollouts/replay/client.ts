import { queryOptions } from '@tanstack/react-query'
import type { Change, ReplayView, WhatIf, WhatIfAll } from './schema'

/** Reads JSON from our own API; a refusal becomes an Error with its sentence. */
async function read<T>(path: string, body?: unknown): Promise<T> {
  const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(path, { headers: { accept: 'application/json', 'content-type': 'application/json' }, ...how })
  const value: unknown = await answer.json()
  if (!answer.ok)
    throw new Error(
      value && typeof value === 'object' && 'detail' in value ? String(value.detail) : `The server answered ${answer.status}.`,
    )
  return value as T
}

/** A rollout's verdicts judged again, and its ledger checked: only when asked for, and again with each ask. */
export function replayOptions(rolloutId: string, asked: boolean) {
  return queryOptions({
    queryKey: ['rollout', rolloutId, 'replay'],
    queryFn: () => read<ReplayView>(`/api/v1/rollouts/${rolloutId}/replay`),
    enabled: asked,
  })
}

/** One rollout with other parameters. */
export function askWhatIf(rolloutId: string, change: Change): Promise<WhatIf> {
  return read(`/api/v1/rollouts/${rolloutId}/what-if`, change)
}

/** An environment's last rollouts with other parameters. */
export function askWhatIfAll(environment: string, change: Change): Promise<WhatIfAll> {
  return read('/api/v1/rollouts/what-if', { environment, change })
}
