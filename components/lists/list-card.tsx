import Link from 'next/link'
import type { ReactNode } from 'react'
import { KeptFields } from '@/components/top-line/kept'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Filters } from '@/components/ui/filters'
import { Pagination } from '@/components/ui/pagination'

interface ListCardProps {
  /** Address of the list. */
  path: string
  /** Singular noun: "rollout". */
  noun: string
  /** The filters now in the address, the top line's among them; `after` is the cursor. */
  search: Record<string, string | undefined>
  /** Something is set beyond the defaults. */
  filtered: boolean
  placeholder: string
  /** The parameter that the search field sets; `q` unless said otherwise. */
  field?: string
  /** More <Select name=...> controls, each with its own aria-label. */
  controls?: ReactNode
  /** The rows of this page, and the cursor of the next. */
  shown: number
  next?: string | null
  /** What stands there when nothing was ever made; the sentence and the one next step. */
  empty: { title: string; says?: ReactNode; action?: ReactNode }
  /** The table. */
  children: ReactNode
}

/** A list in its frame: filters above, rows or why there are none, pages below. Everything stands in the address. */
export function ListCard({ path, noun, search, filtered, placeholder, field = 'q', controls, ...list }: ListCardProps) {
  const { shown, next = null, empty, children } = list
  return (
    <Card>
      <Filters path={path} name={field} search={search[field]} placeholder={placeholder} filtered={filtered}>
        <KeptFields path={path} />
        {controls}
      </Filters>
      {shown > 0 ? (
        children
      ) : filtered ? (
        <EmptyState
          title={`No ${noun} matches`}
          action={
            <Button asChild>
              <Link href={path}>Clear the filters</Link>
            </Button>
          }
        >
          {search.environment ? `Only "${search.environment}" is looked at.` : null}
        </EmptyState>
      ) : (
        <EmptyState title={empty.title} action={empty.action}>
          {empty.says}
        </EmptyState>
      )}
      <Pagination path={path} search={search} nextCursor={next} shown={shown} noun={`${noun}s`} />
    </Card>
  )
}
