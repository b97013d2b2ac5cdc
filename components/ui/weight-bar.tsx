import { formatWeight } from '@/lib/format'
import { cn } from './cn'

interface WeightBarProps {
  /** Candidate's share of what was counted, basis points; null: nothing was counted, which is not zero. */
  counted: number | null
  /** What the engine wants now, basis points: a thin mark on the bar. */
  desired?: number | null
  className?: string
  /** Leaves the words out where they stand beside it already. */
  bare?: boolean
}

/** The candidate's share of traffic as counted (filled), with a mark where it is wanted. Words say both. */
export function WeightBar({ counted, desired, className, bare = false }: WeightBarProps) {
  const words = [
    counted === null ? 'no data' : `${formatWeight(counted)} counted`,
    desired === undefined || desired === null ? '' : `${formatWeight(desired)} desired`,
  ].filter(Boolean)
  return (
    <span className={cn('inline-flex flex-wrap items-center gap-x-2 gap-y-0.5', className)}>
      <span
        role="img"
        aria-label={`Share of next: ${words.join(', ')}`}
        className={cn(
          'relative h-2.5 w-24 shrink-0 overflow-hidden rounded-xs',
          counted === null ? 'border border-input border-dashed' : 'bg-stable',
        )}
      >
        {counted === null ? null : <span className="absolute inset-y-0 left-0 bg-candidate" style={{ width: `${counted / 100}%` }} />}
        {desired === undefined || desired === null ? null : (
          <span
            className="absolute inset-y-0 w-0.5 bg-foreground"
            style={{ left: `calc(${desired / 100}% - ${desired >= 9_900 ? 2 : 1}px)` }}
          />
        )}
      </span>
      {bare ? null : <span className="whitespace-nowrap text-sm tabular-nums">{words.join(', ')}</span>}
    </span>
  )
}
