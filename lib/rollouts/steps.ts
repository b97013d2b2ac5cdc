import type { Pace, PlanDocument } from './schema'
import type { Place } from './state'

/** What of a plan says by which shares it goes. */
export type Stepped = Pick<PlanDocument, 'steps' | 'waves'>

/** The steps of a wave, in basis points: its own, or the plan's. */
export function stepsAt(plan: Stepped, wave: number): readonly number[] {
  return plan.waves[wave]?.steps ?? plan.steps
}

/** The last step of a wave: 100 % of its cluster. */
export function lastStep(plan: Stepped, wave: number): number {
  return stepsAt(plan, wave).length - 1
}

/** Where a plan ends: the last step of its last wave. */
export function lastPlace(plan: Stepped): Place & { readonly step: number } {
  const wave = plan.waves.length - 1
  return { wave, step: lastStep(plan, wave) }
}

/** Does a wave that fails, after the first, return alone? Then each wave is judged by what was counted on its own cluster. */
export function returnsAlone(plan: { readonly pace: Pick<Pace, 'waveFail'>; readonly waves: readonly unknown[] }): boolean {
  return plan.pace.waveFail === 'wave' && plan.waves.length > 1
}
