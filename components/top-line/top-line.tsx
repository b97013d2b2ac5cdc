'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { address } from '@/components/ui/address'
import { Select } from '@/components/ui/select'
import { flat, lineOf, usesOf } from '@/lib/top-line/line'
import { TimeChoice } from './time-choice'

/** The environment and the time that the present page shows; only what this page uses. A change begins the list at its first page. */
export function TopLine({ environments }: { environments: { slug: string; name: string }[] }) {
  const path = usePathname()
  const router = useRouter()
  const search = flat(Object.fromEntries(useSearchParams()))
  const uses = usesOf(path)
  if (!uses.environment && uses.time === null) return null
  const line = lineOf(search)
  const changed = (change: Record<string, string | undefined>) => {
    const { after: _after, cursor: _cursor, ...rest } = search
    return address(path, { ...rest, ...change })
  }
  const { environment } = line
  const known = environment === undefined || environments.some((each) => each.slug === environment)
  return (
    <div className="flex min-w-0 items-center gap-2 max-md:order-last max-md:basis-full max-md:pb-2">
      {uses.environment ? (
        <Select
          aria-label="Environment"
          value={environment ?? ''}
          onChange={(event) => router.push(changed({ environment: event.target.value }))}
          className="w-44 max-md:min-w-0 max-md:grow"
        >
          <option value="">all environments</option>
          {known ? null : <option value={environment}>{environment} (not there)</option>}
          {environments.map(({ slug }) => (
            <option key={slug} value={slug}>
              {slug}
            </option>
          ))}
        </Select>
      ) : null}
      {uses.time ? (
        <TimeChoice
          key={`${path} ${line.range} ${line.from} ${line.to}`}
          line={line}
          own={uses.time}
          hrefOf={(time) => changed({ range: undefined, from: undefined, to: undefined, ...time })}
        />
      ) : null}
    </div>
  )
}
