import { z } from 'zod'
import { ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'

const Config = z.object({ namespace: z.string(), serving: ServingSettings.prefault({}).catch(() => ServingSettings.parse({})) })

/**
 * What a Kubernetes cluster's owner runs to put an identity token where the pods read it, whether or not one is there; null for a cluster of another kind, which is given
 * the token itself. `config`: as it is stored.
 */
export function identityCommand({ driver, config }: { driver: string; config: unknown }, token: string): string | null {
  const read = driver === 'kubernetes' ? Config.safeParse(config).data : undefined
  if (!read) return null
  const { namespace, serving } = read
  const made = `kubectl create secret generic ${serving.identitySecret} --namespace ${namespace} --from-literal=token=${token}`
  return `${made} --dry-run=client --output=yaml | kubectl apply --filename=-`
}
