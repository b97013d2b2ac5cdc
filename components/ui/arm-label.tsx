import { cn } from './cn'

/** An arm by its word and version, `live v1` or `next v2`; the colour only repeats it. */
export function ArmLabel({ arm, version, className }: { arm: 'live' | 'next' | 'shadow'; version: number | null; className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <span
        aria-hidden
        className={cn(
          'size-2.5 rounded-xs',
          arm === 'live' && 'bg-stable',
          arm === 'next' && 'bg-candidate',
          arm === 'shadow' && 'border border-shadow-arm border-dashed',
        )}
      />
      {arm}
      <span className="font-medium">{version === null ? 'no version' : `v${version}`}</span>
    </span>
  )
}
