import { useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { KubernetesFacts } from '@/lib/clusters/kubernetes-schema'

interface SourceFieldsProps {
  /** As the cluster runs models now; null: as usual. */
  now: KubernetesFacts['serving']
  errors: Record<string, string>
}

/** Where the pods of a cluster fetch models from, and with what. */
export function SourceFields({ now, errors }: SourceFieldsProps) {
  const source = now?.source ?? null
  const [from, setFrom] = useState(source ? 'location' : 'slipway')
  return (
    <>
      <Field
        label="Pods fetch models from"
        hint="A version that names no location of its own always comes from Slipway. Its SHA-256 is checked either way."
        error={errors['serving.source']}
      >
        <Select name="serving.source" value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
          <option value="slipway">Slipway</option>
          <option value="location">the version’s own location</option>
        </Select>
      </Field>
      {from === 'location' ? (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label="Secret with keys or a token"
            hint="Its keys: host and token, or access-key-id, secret-access-key and session-token. Empty: none."
            error={errors['serving.source.secret']}
          >
            <Input name="serving.source.secret" defaultValue={source?.secret ?? undefined} placeholder="model-storage" />
          </Field>
          <Field label="S3 server, as pods reach it" hint="Empty: Amazon S3." error={errors['serving.source.endpoint']}>
            <Input name="serving.source.endpoint" defaultValue={source?.endpoint ?? undefined} placeholder="https://minio.example.org" />
          </Field>
          <Field label="S3 region" error={errors['serving.source.region']}>
            <Input name="serving.source.region" defaultValue={source?.region} placeholder="us-east-1" />
          </Field>
        </div>
      ) : null}
    </>
  )
}
