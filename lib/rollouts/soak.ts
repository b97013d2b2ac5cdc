import { formatDuration } from '@/lib/format'
import type { PlanDocument } from './schema'
import type { LiveRun } from './state'
import { lastStep } from './steps'

/** How long a wave must prove itself at 100 % before the next one begins, seconds; 0: not at all. The last wave is watched instead, and without gates nothing is proven. */
export function soakSeconds(plan: PlanDocument, wave: number): number {
  const judged = plan.strategy === 'initial' ? plan.gates.length > 0 : plan.strategy !== 'return'
  return judged && wave < plan.waves.length - 1 ? (plan.pace.soak ?? 0) : 0
}

/**
 * The soak that a rollout is in, ms since epoch: from the acknowledgement of 100 % or the end of the last hold, and not before the cluster's burn-in is over.
 * null: it is in none, or a person chose not to wait.
 */
export function soakOf(plan: PlanDocument, run: LiveRun): { readonly since: number; readonly until: number } | null {
  const { wave, step } = run.place
  const seconds = soakSeconds(plan, wave)
  if (seconds === 0 || run.promoteNow || run.dwellSince === null || step !== lastStep(plan, wave)) return null
  const first = run.firstWeightAt[plan.waves[wave].clusterId]
  const since = first === undefined ? run.dwellSince : Math.max(run.dwellSince, first + plan.pace.burnIn * 1_000)
  return { since, until: since + seconds * 1_000 }
}

/** "soaks on on-prem for 12 of 60 min before cloud begins"; null: it does not soak. */
export function soakClause(plan: PlanDocument, run: LiveRun, now: number): string | null {
  const soak = soakOf(plan, run)
  if (!soak) return null
  const { wave } = run.place
  const done = formatDuration(Math.max(0, Math.min(now, soak.until) - soak.since) / 1_000)
  const whole = formatDuration((soak.until - soak.since) / 1_000)
  const [number, unit] = done.split(' ')
  const of = whole.endsWith(` ${unit}`) ? number : done
  return `soaks on ${plan.waves[wave].cluster} for ${of} of ${whole} before ${plan.waves[wave + 1].cluster} begins`
}
