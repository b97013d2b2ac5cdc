'use client'

import Link from 'next/link'
import { clock } from '@/components/charts/spec'
import type { EndpointSeries } from '@/lib/monitoring/schema'
import { gapsOf } from './series-charts'

const SHOWN = 8

/** The dotted lines and the holes of the charts in words: rollouts, and times nobody reported on. */
export function Happened({ series }: { series: EndpointSeries }) {
  const gaps = gapsOf(series)
  if (series.marks.length === 0 && gaps.length === 0) return null
  const when = (at: number) => (series.to - series.from > DAY_MS ? `${day.format(at)} ${clock(at).slice(0, 5)}` : clock(at))
  return (
    <ul className="grid gap-1 text-sm">
      {series.marks
        .slice(-SHOWN)
        .reverse()
        .map((mark) => (
          <li key={`${mark.id}-${mark.text}`}>
            <span className="text-muted tabular-nums">{when(mark.at)}</span>{' '}
            <Link className="text-link underline underline-offset-2" href={`/rollouts/${mark.id}`}>
              {mark.text}
            </Link>
          </li>
        ))}
      {series.marks.length > SHOWN ? <li className="text-muted">and {series.marks.length - SHOWN} earlier</li> : null}
      {gaps
        .slice(-SHOWN)
        .reverse()
        .map((gap) => (
          <li key={gap.from}>
            <span className="text-muted tabular-nums">
              {when(gap.from)} to {when(Math.min(gap.to, series.to))}
            </span>{' '}
            no source reported: a gap, not a zero
          </li>
        ))}
      {gaps.length > SHOWN ? <li className="text-muted">and {gaps.length - SHOWN} earlier gaps</li> : null}
    </ul>
  )
}

const DAY_MS = 86_400_000
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
