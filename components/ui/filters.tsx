import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from './button'
import { Input } from './input'

interface FiltersProps {
  /** Address of the list; the form sends its fields into it, so that every view has an address. */
  path: string
  /** The parameter of the search field. */
  name?: string
  search: string | undefined
  placeholder: string
  /** Something is set beyond the defaults. */
  filtered: boolean
  /** More <Select name=...> controls, each with its own aria-label. */
  children?: ReactNode
}

/** The filters of a list: a plain form into the address, without JavaScript too. */
export function Filters({ path, name = 'q', search, placeholder, filtered, children }: FiltersProps) {
  return (
    <search>
      <form action={path} className="flex flex-wrap items-center gap-2 border-b px-4 py-2">
        <Input
          name={name}
          type="search"
          defaultValue={search}
          placeholder={placeholder}
          aria-label={placeholder}
          className="w-52 max-sm:w-full"
        />
        {children}
        <Button type="submit">Filter</Button>
        {filtered ? (
          <Button asChild variant="link">
            <Link href={path}>Clear</Link>
          </Button>
        ) : null}
      </form>
    </search>
  )
}
