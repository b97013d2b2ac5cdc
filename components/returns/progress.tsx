'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { returnInBulkAction, undoInBulkAction } from '@/lib/returns/actions'
import type { BulkItemView, BulkReturnView, ItemState } from '@/lib/returns/schema'
import { CONFIRMED } from './confirmed'

const WORDS: Record<ItemState, { text: string; tone?: 'warn' | 'pass' }> = {
  waiting: { text: 'waits' },
  refused: { text: 'refused', tone: 'warn' },
  returning: { text: 'returning' },
  done: { text: 'done', tone: 'pass' },
  ended: { text: 'did not get there', tone: 'warn' },
}

/** One endpoint after the other, each its own act: one that is refused does not stop the rest. */
async function each(items: readonly BulkItemView[], act: (item: BulkItemView) => Promise<unknown>): Promise<void> {
  for (const item of items) await act(item)
}

/** How far a bulk return is; goes on with what is left, and undoes what nobody touched since. */
export function BulkProgress({ bulk }: { bulk: BulkReturnView }) {
  const router = useRouter()
  const [working, setWorking] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const begun = useRef(false)
  const waiting = bulk.items.filter((item) => item.state === 'waiting')
  const undoable = bulk.items.filter((item) => item.undoable)
  const moving = bulk.items.some((item) => item.state === 'returning')

  const work = async (items: readonly BulkItemView[], act: typeof returnInBulkAction) => {
    setWorking(true)
    setTrouble(null)
    await each(items, async ({ endpointId }) => {
      const result = await reached(act({ bulkId: bulk.id, endpointId }))
      if (!result.ok) setTrouble(result.problem.message)
    })
    setWorking(false)
    router.refresh()
    return undefined
  }
  useEffect(() => {
    if (begun.current || sessionStorage.getItem(CONFIRMED) !== bulk.id) return
    begun.current = true
    sessionStorage.removeItem(CONFIRMED)
    void work(waiting, returnInBulkAction)
  })
  const done = bulk.items.filter((item) => item.state === 'done').length
  return (
    <div className="grid">
      <div className="flex flex-wrap items-center gap-3 border-b p-4">
        <p role="status" className="font-medium">
          {done} of {bulk.items.length} done{moving ? ', the others are on their way' : ''}
        </p>
        {waiting.length > 0 && !working ? (
          <Button onClick={() => void work(waiting, returnInBulkAction)}>Go on with {waiting.length}</Button>
        ) : null}
        {undoable.length > 0 && !working && waiting.length === 0 ? (
          <Confirm
            trigger={<Button>Undo {undoable.length}</Button>}
            title={`Undo the return of ${undoable.length} ${undoable.length === 1 ? 'endpoint' : 'endpoints'}`}
            description={
              <p>
                Each goes back to the version that was live before this return. Endpoints that somebody changed since are left as they are.
              </p>
            }
            action={`Undo ${undoable.length}`}
            onConfirm={() => work(undoable, undoInBulkAction)}
          />
        ) : null}
        {trouble ? <p className="text-fail text-sm">{trouble}</p> : null}
      </div>
      <Table label="Endpoints of this return">
        <TableHead>
          <TableHeading>Endpoint</TableHeading>
          <TableHeading>From, to</TableHeading>
          <TableHeading>State</TableHeading>
          <TableHeading>Note</TableHeading>
        </TableHead>
        <TableBody>
          {bulk.items.map((item) => (
            <TableRow key={item.endpointId}>
              <TableCell>
                <Link href={`/endpoints/${item.endpointId}`} className="font-medium hover:underline">
                  {item.model}
                </Link>{' '}
                in {item.environment}
              </TableCell>
              <TableCell>
                {item.from === null ? 'no version' : `v${item.from}`} to v{item.to}
              </TableCell>
              <TableCell>
                <Badge tone={WORDS[item.state].tone}>{WORDS[item.state].text}</Badge>
              </TableCell>
              <TableCell className="max-sm:basis-full">
                <Note item={item} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function Note({ item }: { item: BulkItemView }) {
  const link = 'text-link underline underline-offset-3 hover:no-underline'
  return (
    <span className="flex flex-wrap gap-x-3">
      {item.refused ? <span className="text-muted">{item.refused}</span> : null}
      {item.rolloutId ? (
        <Link href={`/rollouts/${item.rolloutId}`} className={link}>
          rollout
        </Link>
      ) : null}
      {item.undo?.rolloutId ? (
        <Link href={`/rollouts/${item.undo.rolloutId}`} className={link}>
          undone by this rollout
        </Link>
      ) : null}
      {item.undo?.refused ? <span className="text-muted">Not undone: {item.undo.refused}</span> : null}
    </span>
  )
}
