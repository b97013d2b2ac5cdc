import type { FormEvent } from 'react'
import type { Refusal } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ClusterRow } from '@/lib/clusters/schema'

interface FieldsProps {
  /** The cluster that is edited; none: one is added. */
  now?: ClusterRow
  refusal: Refusal
  pending: boolean
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
}

/** Where a cluster is and how it is reached. An admin token is never shown; left empty while editing, it stays. */
export function ClusterFields({ now, refusal, pending, onSubmit }: FieldsProps) {
  const { fields } = refusal
  return (
    <form onSubmit={onSubmit} className="grid gap-3">
      {refusal.message ? <Banner>{refusal.message}</Banner> : null}
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <Field label="Name" error={fields.name}>
          <Input
            name={now ? undefined : 'name'}
            required
            disabled={now !== undefined}
            defaultValue={now?.name}
            maxLength={63}
            placeholder="cloud-2"
          />
        </Field>
        <Field label="Place" error={fields.location}>
          <Select name="location" defaultValue={now?.location}>
            <option value="cloud">cloud</option>
            <option value="on-prem">on-prem</option>
          </Select>
        </Field>
      </div>
      <Field
        label="Admin address"
        hint="Where the engine reaches it. Another machine than this one ends the example workspace."
        error={fields.adminUrl}
      >
        <Input name="adminUrl" required defaultValue={now?.adminUrl ?? undefined} placeholder="http://127.0.0.1:3002" />
      </Field>
      <Field label="Address for callers" error={fields.publicUrl}>
        <Input name="publicUrl" required defaultValue={now?.publicUrl ?? undefined} placeholder="http://127.0.0.1:3010" />
      </Field>
      <Field
        label="Admin token"
        hint={now ? 'Leave it empty to keep the present one.' : 'Sealed by the engine before it is stored; never shown again.'}
        error={fields.adminToken}
      >
        <Input name="adminToken" type="password" required={now === undefined} autoComplete="off" />
      </Field>
      <DialogActions>
        <Button type="submit" variant="primary" pending={pending}>
          {now ? `Save ${now.name}` : 'Add the cluster'}
        </Button>
      </DialogActions>
    </form>
  )
}
