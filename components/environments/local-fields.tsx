import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { ClusterRow } from '@/lib/clusters/schema'

/** How a local cluster is reached. The admin token is never shown; left empty while editing, it stays. */
export function LocalFields({ now, errors }: { now?: ClusterRow; errors: Record<string, string> }) {
  return (
    <>
      <Field label="Admin address" hint="Where the engine reaches it." error={errors.adminUrl}>
        <Input name="adminUrl" required defaultValue={now?.adminUrl ?? undefined} placeholder="http://127.0.0.1:3002" />
      </Field>
      <Field label="Address for callers" error={errors.publicUrl}>
        <Input name="publicUrl" required defaultValue={now?.publicUrl ?? undefined} placeholder="http://127.0.0.1:3010" />
      </Field>
      <Field
        label="Admin token"
        hint={
          now
            ? 'Leave it empty to keep the present one. Another admin address needs it again.'
            : 'Sealed by the engine before it is stored; never shown again.'
        }
        error={errors.adminToken}
      >
        <Input name="adminToken" type="password" required={now === undefined} autoComplete="off" />
      </Field>
    </>
  )
}
