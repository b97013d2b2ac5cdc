'use client'

import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { revokeTokenAction } from '@/lib/tokens/actions'

/** Ends a token for good. */
export function RevokeToken({ id, name }: { id: string; name: string }) {
  const revoke = async () => {
    const result = await reached(revokeTokenAction({ tokenId: id }))
    return result.ok ? undefined : result.problem.message
  }
  return (
    <Confirm
      trigger={<Button size="sm">Revoke</Button>}
      title={`Revoke the token ${name}`}
      description="Whatever uses it is refused from the next request on. This cannot be undone; a new token can be made."
      action={`Revoke ${name}`}
      variant="danger"
      onConfirm={revoke}
    />
  )
}
