// Apart from the schema, so that a form that only offers them brings no zod into the browser.

/** What a gate without data does, strictest first: return; let the step last once longer, then return; hold for a person; go on. Left out: hold. */
export const NO_DATA = ['fail', 'extend', 'hold', 'pass'] as const

/** How many gates a plan can have: each one takes its share of the rollout's error level. */
export const MOST_GATES = 6

type Hit =
  | { readonly metric: 'business'; readonly name: string; readonly bad: string; readonly threshold: number }
  | { readonly metric: 'quality'; readonly kind: 'off-by' | 'recall' | 'brier'; readonly threshold?: number }

/** What a gate on outcomes counts as a hit, as the subject of a sentence: "Missed positives", "basket below 12". */
export function hitWords(gate: Hit): string {
  if (gate.metric === 'business') return `${gate.name} ${gate.bad} ${gate.threshold}`
  if (gate.kind === 'off-by') return `Predictions off by more than ${gate.threshold ?? 0}`
  return gate.kind === 'recall' ? 'Missed positives' : 'Brier losses'
}
