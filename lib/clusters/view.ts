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
  const config = LocalConfig.safeParse(row.config)
  const health = Health.safeParse(row.observation)
  return {
    id: row.id,
    name: row.name,
    driver: row.driver,
    location: Location.parse(row.location),
    adminUrl: config.success ? config.data.adminUrl : null,
    publicUrl: config.success ? config.data.publicUrl : null,
    health: health.success ? health.data : null,
    seenAt: row.seen_at?.toISOString() ?? null,
    environments: row.environments,
  }
}
