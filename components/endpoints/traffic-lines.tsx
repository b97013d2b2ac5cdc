import { TriangleAlert } from 'lucide-react'
import type { TrafficLine } from '@/lib/endpoints/counted/words'
import { formatShare } from '@/lib/format'

/** What was counted against the weights, a line each. What contradicts them has an icon and a word, not a colour alone. */
export function TrafficLines({ lines }: { lines: TrafficLine[] }) {
  return lines.map(({ off, text }) =>
    off ? (
      <span key={text} className="flex items-start gap-1 font-medium text-sm text-warn">
        <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span className="min-w-0 break-words tabular-nums">Not as wished: {text}</span>
      </span>
    ) : (
      <span key={text} className="break-words text-muted text-sm tabular-nums">
        {text}
      </span>
    ),
  )
}

/** The share of the last minute; nothing counted is no data, and where nobody can count it is unverified: never zero. */
export function countedWord(counted: { share: number } | null, unverified: boolean): string {
  if (counted) return formatShare(counted.share, 1)
  return unverified ? 'unverified' : 'no data'
}
