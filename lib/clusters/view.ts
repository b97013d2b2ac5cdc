import { ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'
import { StoredKubernetes } from './kubernetes-schema'
import { type ClusterRow, Health, LocalConfig, Location } from './schema'

/** A cluster as queries read it. */
export interface StoredCluster {
  id: string
  name: string
  driver: string
  location: string
  config: unknown
  observation: unknown
  seen_at: Date | null
  environments: ClusterRow['environments']
}

/** What may leave the house: no credential, no hash. */
export function toClusterRow(row: StoredCluster): ClusterRow {
  const local = row.driver === 'local' ? LocalConfig.safeParse(row.config).data : undefined
  const kubernetes = row.driver === 'kubernetes' ? StoredKubernetes.safeParse(row.config).data : undefined
  const health = Health.safeParse(row.observation)
  return {
    id: row.id,
    name: row.name,
    driver: row.driver,
    location: Location.parse(row.location),
    adminUrl: local?.adminUrl ?? null,
    publicUrl: (local ?? kubernetes)?.publicUrl ?? null,
    kubernetes: kubernetes ? { ...kubernetes, serving: ServingSettings.safeParse(kubernetes.serving ?? {}).data ?? null } : null,
    health: health.success ? health.data : null,
    seenAt: row.seen_at?.toISOString() ?? null,
    environments: row.environments,
  }
}
