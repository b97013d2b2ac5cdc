'use client'

import { useRouter } from 'next/navigation'
import { EndsExample, keepWayIn } from '@/components/auth/ends-example'
import { Button } from '@/components/ui/button'
import { FormDialog } from '@/components/ui/form-dialog'
import { addClusterAction, editClusterAction } from '@/lib/clusters/actions'
import type { ClusterOffers, ClusterRow } from '@/lib/clusters/schema'
import { ClusterFields } from './cluster-fields'
import { clusterInput } from './cluster-input'
import { IdentityToken } from './identity-token'

/** Adds a cluster, and shows its identity token once. */
export function ClusterForm({ offers }: { offers: ClusterOffers }) {
  const { push } = useRouter()
  return (
    <FormDialog
      trigger={<Button variant="primary">Add a cluster</Button>}
      title="Add a cluster"
      description="A place that runs models: it must be running, and the engine must reach it."
      warning={<EndsExample ends={offers.endsExample} />}
      action="Add the cluster"
      send={(typed) => addClusterAction(clusterInput(typed))}
      onDone={({ exampleEnded, identityToken, command }) => keepWayIn({ exampleEnded }, push, { identityToken, command })}
      answer={(added) => <IdentityToken token={added.identityToken} command={added.command} />}
    >
      {(refused) => <ClusterFields offers={offers} errors={refused} />}
    </FormDialog>
  )
}

/** Changes a cluster's addresses, place or secret; its name and kind stay. */
export function EditCluster({ cluster, offers }: { cluster: ClusterRow; offers: ClusterOffers }) {
  const { push } = useRouter()
  return (
    <FormDialog
      trigger={
        <Button size="sm" variant="ghost">
          Edit
        </Button>
      }
      title={`Edit ${cluster.name}`}
      description="What it runs goes on. The engine uses the new address at its next look."
      warning={<EndsExample ends={offers.endsExample} />}
      action={`Save ${cluster.name}`}
      send={(typed) => editClusterAction({ ...clusterInput(typed), clusterId: cluster.id })}
      onDone={(done) => keepWayIn(done, push)}
    >
      {(refused) => <ClusterFields now={cluster} offers={offers} errors={refused} />}
    </FormDialog>
  )
}
