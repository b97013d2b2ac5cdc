'use client'

import { useQuery } from '@tanstack/react-query'
import { Skeleton } from '@/components/ui/skeleton'
import { ask } from '@/lib/ask'
import type { BacktestView } from '@/lib/rollouts/backtest/schema'
import { METRIC_WORDS } from './words'

/** The gates tried on the live version's past: what would have been a false alarm. `input`: a launch that the schema takes, as JSON. */
export function LaunchBacktest({ input }: { input: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['backtest', input],
    queryFn: () => ask<BacktestView>('/api/v1/rollouts/backtest', JSON.parse(input)),
    staleTime: 60_000,
  })
  return (
    <section aria-label="The gates on the past" aria-busy={isPending} className="grid gap-1">
      <h3 className="font-medium">These gates on the live version’s past</h3>
      {isPending ? <Skeleton className="h-16" /> : null}
      {error ? <p className="text-muted">{error.message}</p> : null}
      {data ? <p className="text-muted">{data.sentence}</p> : null}
      <dl className="grid gap-1">
        {data?.gates.map((gate) => (
          <div key={gate.metric}>
            <dt className="inline font-medium">{METRIC_WORDS[gate.metric] ?? gate.metric}: </dt>
            <dd className={gate.fired ? 'inline text-warn' : 'inline'}>{gate.sentence}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
