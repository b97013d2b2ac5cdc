import { invalid } from '@/lib/errors'
import { editedKubernetes, newKubernetes } from './kubernetes-place'
import { type AddCluster, type EditCluster, LocalConfig } from './schema'

/** Where a cluster is, as it is stored. */
export interface Place {
  config: object
  /** The credential in clear, to be sealed; null: the stored one stays. */
  secret: string | null
  /** Where the engine reaches it. */
  address: string
  /** What the audit says of it. */
  detail: Record<string, unknown>
}

/** What a new cluster's place is. Throws for what cannot be right. */
export function newPlace(input: AddCluster): Place {
  if (input.driver === 'kubernetes') return newKubernetes(input)
  const { adminUrl, publicUrl, adminToken } = input
  return { config: { adminUrl, publicUrl }, secret: adminToken, address: adminUrl, detail: { adminUrl, publicUrl } }
}

/** What a cluster's place becomes. Throws where a stored secret would be shown to another server than the one that it was given for. */
export function editedPlace(cluster: { name: string; driver: string; config: unknown }, input: EditCluster): Place {
  if (input.driver !== cluster.driver)
    throw invalid('driver', `"${cluster.name}" is of the kind ${cluster.driver}, and stays so: add another cluster instead.`)
  return input.driver === 'kubernetes' ? editedKubernetes(cluster.config, input) : editedLocal(cluster.config, input)
}

function editedLocal(stored: unknown, input: Extract<EditCluster, { driver: 'local' }>): Place {
  const before = LocalConfig.parse(stored)
  const config = { adminUrl: input.adminUrl ?? before.adminUrl, publicUrl: input.publicUrl ?? before.publicUrl }
  // Whoever may edit a cluster need not know its token, and must not learn it by naming a server of their own.
  if (config.adminUrl !== before.adminUrl && !input.adminToken)
    throw invalid('adminToken', `Give the admin token with the new address: the stored one is sent to ${before.adminUrl} only.`)
  const secret = input.adminToken ?? null
  return { config, secret, address: config.adminUrl, detail: { ...config, newToken: secret !== null } }
}
