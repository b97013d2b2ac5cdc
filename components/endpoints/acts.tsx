'use client'

import { useRouter } from 'next/navigation'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { retireEndpointAction, scaleEndpointAction } from '@/lib/endpoints/actions'
import type { EndpointView } from '@/lib/endpoints/view-schema'

/** Scale and retire. One that this person may not do now stands there without effect; `WhoMayAct` says why. */
export function EndpointActs({ endpoint }: { endpoint: EndpointView }) {
  if (endpoint.retiredAt) return null
  return (
    <>
      {endpoint.acts.scale.allowed ? <Scale endpoint={endpoint} /> : <Button disabled>Scale</Button>}
      {endpoint.acts.retire.allowed ? <Retire endpoint={endpoint} /> : <Button disabled>Retire</Button>}
    </>
  )
}

/** Who may do what this person may not, or what must happen first. */
export function WhoMayAct({ acts }: Pick<EndpointView, 'acts'>) {
  const whys = Object.values(acts).flatMap(({ allowed, why }) => (!allowed && why ? [why] : []))
  return whys.length > 0 ? <p className="text-muted text-sm">{whys.join(' ')}</p> : null
}

function Scale({ endpoint }: { endpoint: EndpointView }) {
  const { id: endpointId, model, environment, clusters, live, replicas } = endpoint
  return (
    <FormDialog
      trigger={<Button>Scale</Button>}
      title={`Scale ${model} in ${environment}`}
      description={`Replicas of ${live === null ? 'the live version' : `v${live}`} on each of ${clusters.map((place) => place.cluster).join(', ')}. Fewer end after their last request; more take traffic once they are ready.`}
      action="Scale"
      send={(typed) => scaleEndpointAction({ endpointId, replicas: Number(typed.get('replicas')) })}
    >
      {(refused) => (
        <Field label="Replicas per cluster" hint="1 to 16" error={refused.replicas}>
          <Input name="replicas" type="number" min={1} max={16} required defaultValue={replicas} className="w-28" />
        </Field>
      )}
    </FormDialog>
  )
}

function Retire({ endpoint }: { endpoint: EndpointView }) {
  const router = useRouter()
  const { model, environment, requests, keys } = endpoint
  const retire = async () => {
    const result = await reached(retireEndpointAction({ endpointId: endpoint.id }))
    if (!result.ok) return result.problem.message
    router.refresh()
    return undefined
  }
  return (
    <Confirm
      trigger={<Button>Retire</Button>}
      title={`Retire ${model} in ${environment}`}
      description={
        <>
          <p>
            Every caller of its address gets an error within seconds, and no version is left to return to.
            {requests ? ` It answered ${requests.toLocaleString('en')} requests in the last 5 min.` : ''}
          </p>
          <p>Rollouts, evidence and audit stay. A later launch serves it again, as a first version, with its policy’s approvals.</p>
          {keys.length > 0 ? (
            <p>
              {keys.length === 1 ? 'Its key is' : `Its ${keys.length} keys are`} revoked: a later launch is open to every caller until it
              has a new one.
            </p>
          ) : null}
        </>
      }
      typed={model}
      action={`Retire ${model}`}
      variant="danger"
      onConfirm={retire}
    />
  )
}
