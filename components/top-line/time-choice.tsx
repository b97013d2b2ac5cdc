'use client'

import { ChevronDown, Clock } from 'lucide-react'
import { lazy } from 'react'
import { Button } from '@/components/ui/button'
import { OnDemand } from '@/components/ui/on-demand'
import { rangeWords, type TopLine } from '@/lib/top-line/line'
import type { TimeChoiceProps } from './time-menu'

const load = () => import('./time-menu')
const TimeMenu = lazy(load)

/** The time that a page shows, and the button that changes it. */
export function TimeChoice(props: TimeChoiceProps) {
  const { line, own } = props
  const now = line.from || line.to ? null : (line.range ?? own)
  const trigger = (
    <Button className="font-normal max-md:min-w-0 max-md:grow" suppressHydrationWarning>
      <Clock aria-hidden />
      <span className="truncate" suppressHydrationWarning>
        <span className="sr-only">Time: </span>
        {now ? rangeWords(now) : spanWords(line)}
      </span>
      <ChevronDown className="text-muted" aria-hidden />
    </Button>
  )
  return (
    <OnDemand trigger={trigger} kind="dialog" load={load}>
      <TimeMenu {...props} now={now} trigger={trigger} />
    </OnDemand>
  )
}

const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

function spanWords({ from, to }: TopLine): string {
  const word = (iso: string | undefined, otherwise: string) => (iso ? short.format(new Date(iso)) : otherwise)
  return `${word(from, 'beginning')} to ${word(to, 'now')}`
}
