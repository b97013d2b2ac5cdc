import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import type { ClusterRow } from '@/lib/clusters/schema'

interface AccessProps {
  by: string
  onBy: (by: string) => void
  /** The cluster that is edited; none: one is added. */
  now?: ClusterRow
  errors: Record<string, string>
  /** The engine runs in a pod, and so in a cluster of its own. */
  inCluster: boolean
}

const KEPT = 'Leave it empty to keep the present one. Another server, CA or name needs it again.'
const SEALED = 'Sealed by the engine before it is stored; never shown again.'

/** How the engine reaches an API server, and with what it shows itself there. */
export function KubernetesAccess({ by, onBy, now, errors, inCluster }: AccessProps) {
  const certificate = now?.kubernetes?.auth === 'certificate'
  return (
    <>
      <Field label="Access by" error={errors['access.by']}>
        <Select name="access.by" value={by} onChange={(event) => onBy(event.currentTarget.value)}>
          <option value="kubeconfig">a kubeconfig</option>
          <option value="token">a service account's token</option>
          <option value="certificate">a client certificate</option>
          {inCluster || by === 'in-cluster' ? (
            <option value="in-cluster">the engine's own service account, in its own cluster</option>
          ) : null}
        </Select>
      </Field>
      {by === 'kubeconfig' ? <Kubeconfig errors={errors} /> : null}
      {by === 'token' || by === 'certificate' ? <Server now={now} errors={errors} /> : null}
      {by === 'token' ? (
        <Field label="Token" hint={now?.kubernetes?.auth === 'token' ? KEPT : SEALED} error={errors['access.token']}>
          <Input name="access.token" type="password" required={now?.kubernetes?.auth !== 'token'} autoComplete="off" />
        </Field>
      ) : null}
      {by === 'certificate' ? (
        <>
          <Field label="Client certificate" hint={certificate ? KEPT : undefined} error={errors['access.clientCertificate']}>
            <Textarea
              name="access.clientCertificate"
              required={!certificate}
              className="font-mono text-sm"
              placeholder="-----BEGIN CERTIFICATE-----"
            />
          </Field>
          <Field label="Its private key" hint={certificate ? undefined : SEALED} error={errors['access.clientKey']}>
            <Textarea
              name="access.clientKey"
              required={!certificate}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-sm"
              placeholder="-----BEGIN PRIVATE KEY-----"
            />
          </Field>
        </>
      ) : null}
    </>
  )
}

function Kubeconfig({ errors }: { errors: Record<string, string> }) {
  return (
    <>
      <Field
        label="Kubeconfig"
        hint="Only server, CA, namespace and token or client certificate are taken. Programs, files and proxies in it are refused by name."
        error={errors['access.kubeconfig']}
      >
        <Textarea name="access.kubeconfig" required rows={6} autoComplete="off" spellCheck={false} className="font-mono text-sm" />
      </Field>
      <Field label="Context" hint="Empty: the file's current one." error={errors['access.context']}>
        <Input name="access.context" autoComplete="off" />
      </Field>
    </>
  )
}

function Server({ now, errors }: Pick<AccessProps, 'now' | 'errors'>) {
  const known = now?.kubernetes
  return (
    <>
      <Field label="API server" hint="https, as the engine reaches it." error={errors['access.server']}>
        <Input name="access.server" required defaultValue={known?.server} placeholder="https://10.0.0.7:6443" />
      </Field>
      <Field label="CA certificate" hint="Empty: the public authorities." error={errors['access.ca']}>
        <Textarea
          name="access.ca"
          defaultValue={known?.ca ?? undefined}
          className="font-mono text-sm"
          placeholder="-----BEGIN CERTIFICATE-----"
        />
      </Field>
      <Field label="Name in its certificate" hint="Where it is not the host above." error={errors['access.tlsServerName']}>
        <Input name="access.tlsServerName" defaultValue={known?.tlsServerName ?? undefined} />
      </Field>
    </>
  )
}
