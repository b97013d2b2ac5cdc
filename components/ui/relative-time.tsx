'use client'

import { formatAgo } from '@/lib/format'
import { cn } from './cn'
import { useNow } from './now'
import { Tooltip } from './tooltip'

const JUST_NOW_MS = 2_000

/** A time with date, seconds and the viewer's zone: "21 Nov 2026, 04:12:31 UTC". */
function exactTime(at: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at)
}

/** "3 min ago", counting on; the exact time with its zone on hover and on focus. `at`: ISO text, Date or ms. Not inside a link. */
export function RelativeTime({ at, className }: { at: string | number | Date; className?: string }) {
  const now = useNow()
  const ms = new Date(at).getTime()
  if (Number.isNaN(ms)) return null
  const text = Math.abs(now - ms) < JUST_NOW_MS ? 'just now' : formatAgo(ms, now)
  return (
    <Tooltip text={<ExactTime ms={ms} />}>
      <button type="button" className={cn('cursor-default whitespace-nowrap rounded-sm tabular-nums', className)}>
        <time dateTime={new Date(ms).toISOString()}>{text}</time>
      </button>
    </Tooltip>
  )
}

// Only the open tooltip renders this: the server does not know the viewer's zone.
function ExactTime({ ms }: { ms: number }) {
  return exactTime(ms)
}
