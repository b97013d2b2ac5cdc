import { useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ClusterRow } from '@/lib/clusters/schema'
import { KubernetesAccess } from './kubernetes-access'
import { MODE_TITLES } from './mode-words'
import { ServingFields } from './serving-fields'

interface KubernetesFieldsProps {
  now?: ClusterRow
  errors: Record<string, string>
  inCluster: boolean
}

/** How a Kubernetes cluster is reached, and what of it Slipway uses. */
export function KubernetesFields({ now, errors, inCluster }: KubernetesFieldsProps) {
  const known = now?.kubernetes
  const [by, setBy] = useState<string>(known?.auth ?? 'kubeconfig')
  return (
    <>
      <KubernetesAccess by={by} onBy={setBy} now={now} errors={errors} inCluster={inCluster} />
      <Field
        label="Namespace"
        hint={
          known
            ? 'Endpoints that it serves stay where they are: move none while it serves.'
            : `It must exist.${by === 'kubeconfig' ? " Empty: the one of the kubeconfig's context." : ''}`
        }
        error={errors.namespace}
      >
        <Input name="namespace" defaultValue={known?.namespace} placeholder="models" />
      </Field>
      <Field
        label="Driven by"
        hint={
          known
            ? 'As it was added.'
            : 'KServe: in Standard mode, with a fixed number of replicas. Slipway’s HTTPRoute splits the traffic in both.'
        }
        error={errors.mode}
      >
        <Select name={known ? undefined : 'mode'} disabled={known !== undefined && known !== null} defaultValue={known?.mode}>
          {Object.entries(MODE_TITLES).map(([mode, title]) => (
            <option key={mode} value={mode}>
              {title}
            </option>
          ))}
        </Select>
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Namespace of the Gateway" error={errors['gateway.namespace'] ?? errors.gateway}>
          <Input name="gateway.namespace" defaultValue={known?.gateway?.namespace} placeholder="gateways" />
        </Field>
        <Field label="Gateway" hint="Routes attach to it." error={errors['gateway.name']}>
          <Input name="gateway.name" defaultValue={known?.gateway?.name} placeholder="public" />
        </Field>
      </div>
      <Field label="Address for callers" hint="Where the Gateway is reached; shown, never called." error={errors.publicUrl}>
        <Input name="publicUrl" defaultValue={known?.publicUrl ?? undefined} placeholder="https://models.example.org" />
      </Field>
      <Field label="Host name of routes" hint="Empty: any that the Gateway takes." error={errors.hostname}>
        <Input name="hostname" defaultValue={known?.hostname ?? undefined} placeholder="models.example.org" />
      </Field>
      <Field label="Slipway's address for pods" hint="From there they fetch artifacts." error={errors.slipwayUrl}>
        <Input name="slipwayUrl" defaultValue={known?.slipwayUrl ?? undefined} placeholder="https://slipway.example.org" />
      </Field>
      <Field label="Image of the model server" hint="By its digest." error={errors.modelServerImage}>
        <Input
          name="modelServerImage"
          defaultValue={known?.modelServerImage ?? undefined}
          placeholder="registry.example.org/slipway/model-server@sha256:..."
        />
      </Field>
      <ServingFields now={known?.serving ?? null} errors={errors} />
    </>
  )
}
