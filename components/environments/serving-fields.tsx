import { useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import type { KubernetesFacts } from '@/lib/clusters/kubernetes-schema'
import { RUNTIME_TITLES } from '@/lib/clusters/serving-words'
import { SourceFields } from './source-fields'

interface ServingFieldsProps {
  /** As the cluster runs models now; null: as usual. */
  now: KubernetesFacts['serving']
  errors: Record<string, string>
}

/** How models run on a Kubernetes cluster: server, resources, scale, nodes. Folded, because everything has a default. */
export function ServingFields({ now, errors }: ServingFieldsProps) {
  const [runtime, setRuntime] = useState<string>(now?.runtime ?? 'slipway')
  const own = runtime === 'slipway' || runtime === 'custom'
  const wrong = Object.keys(errors).some((path) => path.startsWith('serving'))
  // What was opened, by hand or to show what is wrong, stays open.
  const [open, setOpen] = useState(false)
  const image = Object.entries(now?.images ?? {}).find(([name]) => name === runtime)?.[1]
  return (
    <details className="rounded-md border p-3" open={open || wrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer font-medium">How models run</summary>
      <div className="mt-3 grid gap-3">
        <Field label="Server" error={errors['serving.runtime'] ?? errors['serving.custom'] ?? errors.serving}>
          <Select name="serving.runtime" value={runtime} onChange={(event) => setRuntime(event.currentTarget.value)}>
            {Object.entries(RUNTIME_TITLES)
              .filter(([name]) => name !== 'custom' || now?.custom)
              .map(([name, title]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
          </Select>
        </Field>
        {own ? null : (
          <Field label="Its image" hint="By its digest." error={errors[`serving.images.${runtime}`]}>
            <Input
              key={runtime}
              name={`serving.images.${runtime}`}
              defaultValue={image}
              placeholder="registry.example.org/name@sha256:..."
            />
          </Field>
        )}
        <Resources now={now} errors={errors} />
        <Scale now={now} errors={errors} />
        <Nodes now={now} errors={errors} />
        <SourceFields now={now} errors={errors} />
        <Field
          label="ConfigMap with certificate authorities"
          hint="Its key ca.crt: what pods trust beside public authorities, where Slipway or the storage has a certificate of your own. Empty: none."
          error={errors['serving.authorities']}
        >
          <Input name="serving.authorities" defaultValue={now?.authorities ?? undefined} placeholder="company-ca" />
        </Field>
      </div>
    </details>
  )
}

function Resources({ now, errors }: ServingFieldsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="CPU of a replica" hint="Asked for, not limited." error={errors['serving.cpu']}>
        <Input name="serving.cpu" defaultValue={now?.cpu} placeholder="500m" />
      </Field>
      <Field label="Memory of a replica" hint="Asked for, and the limit." error={errors['serving.memory']}>
        <Input name="serving.memory" defaultValue={now?.memory} placeholder="512Mi" />
      </Field>
      <Field label="GPUs of a replica" hint="Empty: none." error={errors['serving.gpu.count'] ?? errors['serving.gpu']}>
        <Input name="serving.gpu.count" type="number" min={1} max={16} defaultValue={now?.gpu?.count} />
      </Field>
      <Field label="Kind of GPU" error={errors['serving.gpu.resource']}>
        <Input name="serving.gpu.resource" defaultValue={now?.gpu?.resource} placeholder="nvidia.com/gpu" />
      </Field>
    </div>
  )
}

function Scale({ now, errors }: ServingFieldsProps) {
  const { autoscaler } = now ?? {}
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field
        label="Most replicas"
        hint="Of each version, by its autoscaler. Empty: as many as its rollout asks for, always."
        error={errors['serving.autoscaler.max'] ?? errors['serving.autoscaler']}
      >
        <Input name="serving.autoscaler.max" type="number" min={1} max={256} defaultValue={autoscaler?.max} />
      </Field>
      <Field label="CPU use it aims at, %" hint="Of what a replica asks for." error={errors['serving.autoscaler.cpu']}>
        <Input name="serving.autoscaler.cpu" type="number" min={1} max={100} defaultValue={autoscaler?.cpu} placeholder="70" />
      </Field>
    </div>
  )
}

function Nodes({ now, errors }: ServingFieldsProps) {
  const selector = Object.entries(now?.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`)
  return (
    <>
      <Field label="Nodes" hint="Labels that they must have, one a line. Empty: any node." error={errors['serving.nodeSelector']}>
        <Textarea name="serving.nodeSelector" defaultValue={selector.join('\n')} className="font-mono text-sm" placeholder="pool=gpu" />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Secret for pulling images" hint="Empty: none." error={errors['serving.imagePullSecret']}>
          <Input name="serving.imagePullSecret" defaultValue={now?.imagePullSecret ?? undefined} />
        </Field>
        <Field label="Secret with the identity token" error={errors['serving.identitySecret']}>
          <Input name="serving.identitySecret" defaultValue={now?.identitySecret} placeholder="slipway-identity" />
        </Field>
      </div>
    </>
  )
}
