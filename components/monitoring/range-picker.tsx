'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { rangeQuery } from '@/lib/monitoring/client'
import { RANGES, type Range, type TimeRange } from '@/lib/monitoring/schema'

/** The time that a page shows: links, so that it stands in the address and the back button works; or from and to in the viewer's zone. */
export function RangePicker({ path, range }: { path: string; range: TimeRange }) {
  const own = Boolean(range.from ?? range.to)
  const [open, setOpen] = useState(own)
  return (
    <div className="grid justify-items-end gap-2 max-sm:justify-items-start">
      <nav aria-label="Time range" className="flex flex-wrap gap-1">
        {(Object.keys(RANGES) as Range[]).map((each) => {
          const here = !own && range.range === each
          return (
            <Link
              key={each}
              href={`${path}?${rangeQuery({ range: each })}`}
              aria-current={here ? 'true' : undefined}
              className={cn(
                'flex h-7 items-center rounded-md px-2 text-sm',
                here ? 'border border-input bg-surface font-medium' : 'text-muted hover:bg-sunken',
              )}
            >
              {each}
            </Link>
          )
        })}
        <Button
          size="sm"
          variant={own ? 'secondary' : 'ghost'}
          className={own ? '' : 'font-normal text-muted'}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          From, to
        </Button>
      </nav>
      {open ? <OwnRange path={path} range={range} /> : null}
    </div>
  )
}

function OwnRange({ path, range }: { path: string; range: TimeRange }) {
  const router = useRouter()
  const [wrong, setWrong] = useState('')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [from, to] = [isoOf(form.get('from')), isoOf(form.get('to'))]
    if (!from) return setWrong('Give the time at which it begins.')
    if (to && to <= from) return setWrong('The end must come after the beginning.')
    setWrong('')
    router.push(`${path}?${rangeQuery({ range: range.range, from, ...(to ? { to } : {}) })}`)
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2" suppressHydrationWarning>
      {(['from', 'to'] as const).map((end) => (
        <div key={end} className="grid gap-1">
          <Label htmlFor={`range-${end}`}>{end === 'from' ? 'From' : 'To (empty: now)'}</Label>
          <Input
            id={`range-${end}`}
            name={end}
            type="datetime-local"
            step={1}
            defaultValue={localOf(range[end])}
            suppressHydrationWarning
          />
        </div>
      ))}
      <Button type="submit">Show</Button>
      {wrong ? (
        <p role="alert" className="basis-full text-fail text-sm">
          {wrong}
        </p>
      ) : null}
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
