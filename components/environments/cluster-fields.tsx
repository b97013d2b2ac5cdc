import { useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ClusterOffers, ClusterRow } from '@/lib/clusters/schema'
import { KubernetesFields } from './kubernetes-fields'
import { LocalFields } from './local-fields'

interface FieldsProps {
  /** The cluster that is edited; none: one is added. */
  now?: ClusterRow
  offers: ClusterOffers
  /** What was refused of each field, by its name. */
  errors: Record<string, string>
}

const KINDS: Record<string, string> = { local: 'local: Slipway’s own', kubernetes: 'Kubernetes' }

/** Where a cluster is and how it is reached, by its kind, which stays. */
export function ClusterFields({ now, offers, errors }: FieldsProps) {
  const [driver, setDriver] = useState(now?.driver ?? 'local')
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <Field label="Name" error={errors.name}>
          <Input
            name={now ? undefined : 'name'}
            required
            disabled={now !== undefined}
            defaultValue={now?.name}
            maxLength={63}
            placeholder="cloud-2"
          />
        </Field>
        <Field label="Place" error={errors.location}>
          <Select name="location" defaultValue={now?.location}>
            <option value="cloud">cloud</option>
            <option value="on-prem">on-prem</option>
          </Select>
        </Field>
      </div>
      {now || offers.drivers.length === 1 ? (
        <input type="hidden" name="driver" value={driver} />
      ) : (
        <Field label="Kind" error={errors.driver}>
          <Select name="driver" value={driver} onChange={(event) => setDriver(event.currentTarget.value)}>
            {offers.drivers.map((kind) => (
              <option key={kind} value={kind}>
                {KINDS[kind] ?? kind}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {driver === 'kubernetes' ? (
        <KubernetesFields now={now} errors={errors} inCluster={offers.inCluster} />
      ) : (
        <LocalFields now={now} errors={errors} />
      )}
    </>
  )
}
