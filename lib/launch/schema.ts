import type { Policy } from '@/lib/rollouts/schema'

/** What the launch form may choose from. */
export interface LaunchChoices {
  models: { slug: string; name: string; versions: { number: number; note: string; status: string }[] }[]
  environments: { slug: string; name: string; kind: string; clusters: string[]; policyVersion: number; policy: Policy }[]
  /** Where a model is served already: its live version, and the rollout that is under way there. */
  endpoints: { model: string; environment: string; live: number | null; underWay: string | null }[]
}

/** Versions shown per model; older ones are reached from the model's page. */
export const VERSIONS_SHOWN = 50
