'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatDuration } from '@/lib/format'
import { beginBulkReturnAction } from '@/lib/returns/actions'
import type { ReturnPreview } from '@/lib/returns/schema'
import { CONFIRMED } from './confirmed'

const versionWord = (number: number | null) => (number === null ? 'no version' : `v${number}`)

function warmth({ to, warm, seconds }: ReturnPreview): string {
  if (to === null || warm === null) return ''
  if (warm) return 'warm: at once'
  return seconds === null ? 'cold: start never measured' : `cold: about ${formatDuration(seconds)}`
}

/** The endpoints that match, each with what would happen; one confirmation for those that are ticked. */
export function ChooseReturns({ rows, at }: { rows: ReturnPreview[]; at: string | null }) {
  const router = useRouter()
  const possible = rows.filter((row) => row.to !== null && row.may)
  const [chosen, setChosen] = useState(new Set(at ? possible.map((row) => row.endpointId) : []))
  const [reason, setReason] = useState('')
  const picked = possible.filter((row) => chosen.has(row.endpointId))
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  const confirm = async () => {
    const items = picked.map(({ endpointId, to }) => ({ endpointId, version: to }))
    const result = await reached(beginBulkReturnAction({ at, reason, items }))
    if (!result.ok) return result.problem.message
    // The next page goes on with what was just confirmed here; whoever only opens its address does not.
    sessionStorage.setItem(CONFIRMED, result.value.id)
    router.push(`/endpoints/return/${result.value.id}`)
    return undefined
  }
  const cold = picked.filter((row) => row.warm === false).length
  const name = `${picked.length} ${picked.length === 1 ? 'endpoint' : 'endpoints'}`
  return (
    <div className="grid">
      <Table label="What a return would do">
        <TableHead>
          <TableHeading>Endpoint</TableHeading>
          <TableHeading>From, to</TableHeading>
          <TableHeading>Time</TableHeading>
          <TableHeading>Note</TableHeading>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={row.endpointId}>
              <TableCell>
                <label className="inline-flex min-h-6 items-center gap-2">
                  <input
                    type="checkbox"
                    className="size-4 shrink-0 accent-primary"
                    disabled={row.to === null || !row.may}
                    checked={chosen.has(row.endpointId)}
                    onChange={(event) => toggle(row.endpointId, event.target.checked)}
                  />
                  <span>
                    <span className="font-medium">{row.model}</span> in {row.environment}
                  </span>
                </label>
              </TableCell>
              <TableCell>{row.to === null ? versionWord(row.from) : `${versionWord(row.from)} to ${versionWord(row.to)}`}</TableCell>
              <TableCell>{warmth(row)}</TableCell>
              <TableCell className="text-muted max-sm:basis-full">{row.may ? row.says : 'Engineers and SREs may return it.'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <div className="flex flex-wrap items-center gap-3 border-t p-4">
        <Button onClick={() => setChosen(new Set(picked.length === possible.length ? [] : possible.map((row) => row.endpointId)))}>
          {picked.length === possible.length ? 'Choose none' : `Choose all ${possible.length}`}
        </Button>
        {picked.length > 0 ? (
          <Confirm
            trigger={<Button variant="danger">Return {name}</Button>}
            title={`Return ${name}`}
            description={
              <>
                <p>
                  {cold === 0
                    ? 'All are warm: traffic goes at once.'
                    : `${cold} must start first: they get traffic as their replicas are ready.`}{' '}
                  Rollouts that are under way there end. No approval is needed.
                </p>
                <p>Answers already given are not undone. The return itself can be undone on the next page.</p>
              </>
            }
            action={`Return ${name}`}
            variant="danger"
            onConfirm={confirm}
          >
            <Field label="Reason">
              <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
            </Field>
          </Confirm>
        ) : (
          <p className="text-muted text-sm">Tick the endpoints to return.</p>
        )}
      </div>
    </div>
  )
}
