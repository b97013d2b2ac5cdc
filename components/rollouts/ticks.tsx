'use client'

import { Check, Circle } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { formatDuration } from '@/lib/format'
import type { TicksView } from '@/lib/rollouts/view-schema'

const TICKS = [
  { key: 'wishedAt', word: 'wished', what: 'stored as what the engine wants' },
  { key: 'writtenAt', word: 'written', what: 'the cluster routes by it' },
  { key: 'countedAt', word: 'counted', what: 'seen in the traffic that was counted' },
] as const

/** How far the last change has come: wished, written, counted. `clicked`: a person just acted and the change is on its way. */
export function Ticks({ ticks, clicked }: { ticks: TicksView | null; clicked: string | null }) {
  if (!ticks && !clicked) return null
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="text-muted">{clicked ? `${clicked}:` : `Last change (generation ${ticks?.generation}):`}</span>
      {TICKS.map(({ key, word, what }) => {
        const at = ticks?.[key] ?? null
        const Icon = at ? Check : Circle
        return (
          <span key={key} className={cn('inline-flex items-center gap-1', at ? 'text-foreground' : 'text-muted')} title={what}>
            <Icon className={cn('size-3.5', at ? 'text-pass' : '')} aria-hidden />
            {word}
            {at ? <span className="text-muted">{later(ticks?.wishedAt ?? null, at)}</span> : <span>: not yet</span>}
          </span>
        )
      })}
    </div>
  )
}

function later(from: string | null, to: string): string {
  const seconds = from ? (Date.parse(to) - Date.parse(from)) / 1000 : 0
  return seconds > 0.05 ? `+${seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds)}` : ''
}
