'use client'

import { useRouter } from 'next/navigation'
import { Fact, Facts } from '@/components/approvals/facts'
import { EndsExample, keepWayIn } from '@/components/auth/ends-example'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { CardBody } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { dropWitnessAction, nameWitnessAction } from '@/lib/clusters/witness/actions'
import { PRESET_NAMES, PRESETS } from '@/lib/clusters/witness/presets'
import type { WitnessView } from '@/lib/clusters/witness/schema'

interface WitnessProps {
  clusterId: string
  cluster: string
  now: WitnessView | null
  mayManage: boolean
  /** There is an example workspace, which an address on another machine ends. */
  endsExample: boolean
}

/** Which Prometheus counts what a cluster's gateway does, beside our own windows or where those cannot. */
export function Witness({ clusterId, cluster, now, mayManage, endsExample }: WitnessProps) {
  const drop = async () => {
    const result = await dropWitnessAction({ clusterId })
    return result.ok ? undefined : result.problem.message
  }
  return (
    <>
      {now ? (
        <Facts>
          <Fact label="Gateway">{PRESETS[now.preset].title}</Fact>
          <Fact label="Prometheus">{now.address}</Fact>
          <Fact label="Shown there">{now.hasToken ? 'a bearer token, sealed for this address' : 'no token'}</Fact>
          <Fact label="It takes">{PRESETS[now.preset].needs}</Fact>
        </Facts>
      ) : (
        <CardBody>
          <p className="text-muted">None. Pods that run Slipway's model server count by themselves; what others answer stays unverified.</p>
        </CardBody>
      )}
      {mayManage ? (
        <CardBody className="flex flex-wrap gap-1">
          <EditWitness {...{ clusterId, cluster, now, endsExample }} />
          {now ? (
            <Confirm
              trigger={
                <Button size="sm" variant="ghost">
                  Take away
                </Button>
              }
              title={`Take away the Prometheus of ${cluster}`}
              description="Its token is deleted. What its gateway counts is not asked any more."
              action="Take it away"
              onConfirm={drop}
            />
          ) : null}
        </CardBody>
      ) : null}
    </>
  )
}

function EditWitness({ clusterId, cluster, now, endsExample }: Omit<WitnessProps, 'mayManage'>) {
  const { push } = useRouter()
  const send = (typed: FormData) => {
    const token = String(typed.get('token') ?? '')
    const named = { clusterId, preset: typed.get('preset'), address: typed.get('address') }
    return nameWitnessAction(token ? { ...named, token } : named)
  }
  return (
    <FormDialog
      trigger={<Button size="sm">{now ? 'Edit' : 'Name a Prometheus'}</Button>}
      title={`Prometheus of ${cluster}`}
      description="The engine asks it every 10 s how many requests the gateway sent to each version."
      warning={<EndsExample ends={endsExample} />}
      action="Save"
      send={send}
      onDone={(done) => keepWayIn(done, push)}
    >
      {(refused) => (
        <>
          <Field label="Gateway" error={refused.preset}>
            <Select name="preset" defaultValue={now?.preset}>
              {PRESET_NAMES.map((name) => (
                <option key={name} value={name}>
                  {PRESETS[name].title}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Address" hint="As the engine reaches it, with a path if it has one." error={refused.address}>
            <Input name="address" required defaultValue={now?.address} placeholder="http://prometheus.monitoring.svc:9090" />
          </Field>
          <Field
            label="Bearer token, if it asks for one"
            hint={
              now?.hasToken
                ? 'Leave it empty to keep the present one. Another address needs it again.'
                : 'Sealed by the engine before it is stored; never shown again.'
            }
            error={refused.token}
          >
            <Input name="token" type="password" autoComplete="off" />
          </Field>
        </>
      )}
    </FormDialog>
  )
}
