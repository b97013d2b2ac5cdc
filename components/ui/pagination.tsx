import Link from 'next/link'
import { address } from './address'
import { Button } from './button'

interface PaginationProps {
  /** Address without the query, for example /rollouts. */
  path: string
  /** The filters now in the address; the cursor (`after`) is taken out and put in here. */
  search: Record<string, string | undefined>
  nextCursor: string | null
  shown: number
  /** Plural noun: "rollouts". */
  noun: string
}

/** Keyset paging in the address: a way to the next rows, and back to the first. */
export function Pagination({ path, search, nextCursor, shown, noun }: PaginationProps) {
  const { after, ...filters } = search
  if (!nextCursor && !after) return null
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-3 border-t px-4 py-2">
      <span className="text-muted text-sm">
        {shown} {noun} here
      </span>
      <span className="flex gap-2">
        {after ? (
          <Button asChild size="sm">
            <Link href={address(path, filters)}>First page</Link>
          </Button>
        ) : null}
        {nextCursor ? (
          <Button asChild size="sm">
            <Link href={address(path, { ...filters, after: nextCursor })}>Next page</Link>
          </Button>
        ) : null}
      </span>
    </nav>
  )
}
