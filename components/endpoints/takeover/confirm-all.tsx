'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { confirmRouteAction } from '@/lib/endpoints/takeover/actions'

/** One confirmation for every endpoint that waits after a restore from backup; each is its own act, and one that is refused does not stop the rest. */
export function ConfirmAll({ endpointIds }: { endpointIds: string[] }) {
  const router = useRouter()
  const [done, setDone] = useState(0)
  const n = endpointIds.length
  const onConfirm = async () => {
    const refused: string[] = []
    for (const [i, endpointId] of endpointIds.entries()) {
      const result = await reached(confirmRouteAction({ endpointId, reason: `all ${n} after a restore from backup` }))
      if (!result.ok) refused.push(result.problem.message)
      setDone(i + 1)
    }
    router.refresh()
    return refused.length > 0 ? `${n - refused.length} of ${n} confirmed. ${[...new Set(refused)].join(' ')}` : undefined
  }
  return (
    <Confirm
      trigger={<Button>Confirm all {n}</Button>}
      title={`Confirm what the clusters hold for ${n} endpoints`}
      description={
        <>
          <p>
            What the clusters route by now is right, and ours from now on. Rollouts that were under way in this database go on where nothing
            is later.
          </p>
          {done > 0 ? (
            <p role="status">
              {done} of {n} answered
            </p>
          ) : null}
        </>
      }
      action={`Confirm all ${n}`}
      onConfirm={onConfirm}
    />
  )
}
