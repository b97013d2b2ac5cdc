'use client'

import { useState, useTransition } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { probeClusterAction, removeClusterAction, renewIdentityAction } from '@/lib/clusters/actions'
import type { ClusterOffers, ClusterRow } from '@/lib/clusters/schema'
import { EditCluster } from './cluster-form'
import { IdentityToken } from './identity-token'

/** What an admin can do with a cluster: ask whether it is there, edit it, give it a new identity, take it away. */
export function ClusterActs({ cluster, offers }: { cluster: ClusterRow; offers: ClusterOffers }) {
  const { id, name } = cluster
  const say = useToast()
  const [pending, start] = useTransition()
  const [made, setMade] = useState<{ identityToken: string; command: string | null } | null>(null)
  const probe = () =>
    start(async () => {
      const result = await probeClusterAction({ clusterId: id })
      if (!result.ok) say(result.problem.message, 'refused')
      else
        say(
          result.value.ok ? `${name} answers: ${result.value.text}` : `${name}: ${result.value.text}`,
          result.value.ok ? 'done' : 'refused',
        )
    })
  const renew = async () => {
    const result = await renewIdentityAction({ clusterId: id })
    if (!result.ok) return result.problem.message
    setMade(result.value)
  }
  const remove = async () => {
    const result = await removeClusterAction({ clusterId: id })
    return result.ok ? undefined : result.problem.message
  }
  return (
    <span className="flex flex-wrap gap-1">
      <Button size="sm" pending={pending} onClick={probe}>
        Probe
      </Button>
      {cluster.adminUrl || cluster.kubernetes ? <EditCluster cluster={cluster} offers={offers} /> : null}
      <Confirm
        trigger={
          <Button size="sm" variant="ghost">
            New identity
          </Button>
        }
        title={`Make a new identity token for ${name}`}
        description="The one it has ends at once: until it has the new one, it can fetch no artifact and its counts are refused."
        action="Make the token"
        onConfirm={renew}
      />
      <Confirm
        trigger={
          <Button size="sm" variant="ghost">
            Remove
          </Button>
        }
        title={`Remove ${name}`}
        description="Its credential is deleted; what it counted stays. It is refused while an environment has it."
        action={`Remove ${name}`}
        variant="danger"
        onConfirm={remove}
      />
      <Dialog open={made !== null} onOpenChange={(open) => (open ? undefined : setMade(null))}>
        <DialogContent title={`Identity token of ${name}`}>
          {made ? <IdentityToken token={made.identityToken} command={made.command} /> : null}
        </DialogContent>
      </Dialog>
    </span>
  )
}
