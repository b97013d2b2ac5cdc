'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Popover } from 'radix-ui'
import { type FormEvent, type ReactElement, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { RANGES, type Range } from '@/lib/monitoring/ranges'
import { rangeWords, type TopLine } from '@/lib/top-line/line'

export interface TimeChoiceProps {
  line: TopLine
  /** What the page shows when the address asks for no time. */
  own: Range | 'all'
  hrefOf: (time: Pick<TopLine, 'range' | 'from' | 'to'>) => string
}

/** The open choice of the time that a page shows: the last while as links, so that it stands in the address; or from and to in the viewer's zone. */
export default function TimeMenu({
  line,
  own,
  now,
  hrefOf,
  trigger,
}: TimeChoiceProps & { now: Range | 'all' | null; trigger: ReactElement }) {
  const [open, setOpen] = useState(true)
  const choices: (Range | 'all')[] = own === 'all' ? ['all', ...(Object.keys(RANGES) as Range[])] : (Object.keys(RANGES) as Range[])
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Time"
          className="z-50 grid w-64 gap-3 rounded-md border bg-surface p-3 shadow-lg"
        >
          <nav aria-label="Time range" className="grid grid-cols-2 gap-1">
            {choices.map((each) => (
              <Link
                key={each}
                href={hrefOf(each === own ? {} : { range: each as Range })}
                onClick={() => setOpen(false)}
                aria-current={each === now ? 'true' : undefined}
                className={cn('flex min-h-8 items-center rounded-sm px-2 hover:bg-sunken', each === now ? 'bg-sunken font-medium' : '')}
              >
                {rangeWords(each)}
              </Link>
            ))}
          </nav>
          <OwnSpan line={line} hrefOf={hrefOf} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function OwnSpan({ line, hrefOf }: Pick<TimeChoiceProps, 'line' | 'hrefOf'>) {
  const router = useRouter()
  const [wrong, setWrong] = useState('')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [from, to] = [isoOf(form.get('from')), isoOf(form.get('to'))]
    if (!from) return setWrong('Give the time at which it begins.')
    if (to && to <= from) return setWrong('The end must come after the beginning.')
    router.push(hrefOf({ from, ...(to ? { to } : {}) }))
  }
  return (
    <form onSubmit={submit} className="grid gap-2 border-t pt-3">
      <Field label="From, your time" error={wrong || undefined}>
        <Input name="from" type="datetime-local" step={1} defaultValue={localOf(line.from)} />
      </Field>
      <Field label="To (empty: now)">
        <Input name="to" type="datetime-local" step={1} defaultValue={localOf(line.to)} />
      </Field>
      <Button type="submit">Show</Button>
    </form>
  )
}

function isoOf(value: FormDataEntryValue | null): string | null {
  const at = typeof value === 'string' && value ? new Date(value) : null
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : null
}

/** What a datetime-local control wants: the viewer's wall clock. */
function localOf(iso: string | undefined): string {
  if (!iso) return ''
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
