import type { Policy } from '@/lib/rollouts/schema'

/** What the launch form may choose from. */
export interface LaunchChoices {
  models: { slug: string; name: string; dataClass: string; versions: { number: number; note: string; status: string }[] }[]
  /** `dataClass`: the most sensitive data that it serves. */
  environments: { slug: string; name: string; kind: string; dataClass: string; clusters: string[]; policyVersion: number; policy: Policy }[]
  /** Environments whose policy cannot be read: nothing can be launched there. `why`: a clause. */
  unreadable: { environment: string; why: string }[]
  /** Where a model is served already: its live version, and the rollout that is under way there. */
  endpoints: { model: string; environment: string; live: number | null; underWay: string | null }[]
}

/** Versions shown per model; older ones are reached from the model's page. */
export const VERSIONS_SHOWN = 50
