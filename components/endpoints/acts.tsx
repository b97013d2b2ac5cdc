'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
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
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const [pending, start] = useTransition()
  const { clusters, live } = endpoint
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const replicas = Number(new FormData(event.currentTarget).get('replicas'))
    start(async () => {
      const result = await reached(scaleEndpointAction({ endpointId: endpoint.id, replicas }))
      setRefusal(result.ok ? undefined : result.problem.message)
      if (!result.ok) return
      setOpen(false)
      router.refresh()
    })
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setRefusal(undefined)
      }}
    >
      <DialogTrigger asChild>
        <Button>Scale</Button>
      </DialogTrigger>
      <DialogContent
        title={`Scale ${endpoint.model} in ${endpoint.environment}`}
        description={`Replicas of ${live === null ? 'the live version' : `v${live}`} on each of ${clusters.map((place) => place.cluster).join(', ')}. Fewer end after their last request; more take traffic once they are ready.`}
      >
        <form onSubmit={submit} className="grid gap-3">
          <Field label="Replicas per cluster" hint="1 to 16" error={refusal}>
            <Input name="replicas" type="number" min={1} max={16} required defaultValue={endpoint.replicas} className="w-28" />
          </Field>
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              Scale
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}

function Retire({ endpoint }: { endpoint: EndpointView }) {
  const router = useRouter()
  const { model, environment, requests } = endpoint
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
        </>
      }
      typed={model}
      action={`Retire ${model}`}
      variant="danger"
      onConfirm={retire}
    />
  )
}
