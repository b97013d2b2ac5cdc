import type { Observe } from '@/lib/endpoints/wish'
import type { Segment } from '@/lib/models/schema'
import type { Gate } from './schema'

/** What of an endpoint can be counted beside requests. `features`: of the live version's baseline, in input order; null: it has none. */
export interface Observable {
  readonly features: readonly { readonly name: string; readonly edges: readonly number[] }[] | null
  readonly segments: readonly Segment[]
}

const MAX_FEATURES = 16
/** Ten bins of about a tenth each: more would only spread the evidence. */
const MAX_EDGES = 9

/**
 * What a rollout counts beside requests, frozen into its plan: the bins of a drift gate's features and the model's segments. undefined: nothing is declared.
 * What is wrong with a gate's features goes to `fields`.
 */
export function observeOf(
  gates: readonly Gate[],
  from: Observable | undefined,
  rolloutId: string,
  fields: Record<string, string>,
): Observe | undefined {
  const drift = gates.find((gate) => gate.metric === 'drift')
  const features = drift?.metric === 'drift' ? comparedFeatures(drift.features, from?.features ?? null, fields) : []
  const compares = gates.some((gate) => gate.metric !== 'objective' && gate.metric !== 'accuracy-floor')
  const segments = compares ? [...(from?.segments ?? [])] : []
  if (features.length === 0 && segments.length === 0) return undefined
  return { key: rolloutId.slice(-12), features, segments }
}

function comparedFeatures(
  wanted: readonly string[] | undefined,
  known: Observable['features'],
  fields: Record<string, string>,
): Observe['features'] {
  const usable = (known ?? []).filter((feature) => feature.edges.length > 0)
  if (usable.length === 0) {
    fields['gates.drift'] =
      'The live version has no baseline with features: input drift has no bins to compare. Register a sample with it, or leave the gate out.'
    return []
  }
  const unknown = wanted?.filter((name) => !usable.some((feature) => feature.name === name)) ?? []
  if (unknown.length > 0)
    fields['gates.drift.features'] =
      `The live version's baseline has no feature "${unknown[0]}": it has ${usable.map(({ name }) => name).join(', ')}.`
  const chosen = wanted ? usable.filter((feature) => wanted.includes(feature.name)) : usable.slice(0, MAX_FEATURES)
  return chosen.map(({ name, edges }) => ({ name, edges: thinned(edges) }))
}

/** At most nine of the edges, evenly. */
function thinned(edges: readonly number[]): number[] {
  if (edges.length <= MAX_EDGES) return [...edges]
  return Array.from({ length: MAX_EDGES }, (_, i) => edges[Math.floor(((i + 1) * edges.length) / (MAX_EDGES + 1))])
}
