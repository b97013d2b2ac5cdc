import { formatDuration, formatWeight } from '@/lib/format'
import { PACE_NAMES } from '@/lib/rollouts/pace-names'
import { AT_LEAST, AT_MOST } from '@/lib/rollouts/plan'
import { loosened } from '@/lib/rollouts/plan-gates'
import { ownStepsOf, stepIssue } from '@/lib/rollouts/plan-steps'
import type { Gate, Policy } from '@/lib/rollouts/schema'

/** Each way in which the next policy lets through what the present one does not, as a sentence; empty when it is as strict or stricter. Pure. */
export function loosenings(present: Policy, next: Policy): string[] {
  const said: string[] = []
  if (next.approvals < present.approvals) said.push(`Approvals: ${next.approvals} instead of ${present.approvals}.`)
  if (looserSteps(next.steps, present.steps)) said.push(`Steps: ${shares(next.steps)} instead of ${shares(present.steps)}.`)
  said.push(...looserClusters(next, present))
  said.push(...looserGates('Gate', next.gates, present.gates))
  said.push(...looserGates('Gate of a first version', next.initialGates, present.initialGates))
  return [...said, ...looserPace(next.pace, present.pace)]
}

/** 0 % is the preview of a blue/green: no request meets the candidate there, so it is neither stricter nor looser. */
function looserSteps(next: readonly number[], present: readonly number[]): boolean {
  const withTraffic = (steps: readonly number[]) => steps.filter((step) => step > 0)
  return stepIssue(withTraffic(next), withTraffic(present)) !== null
}

/** Of each cluster that either names: what it goes by next, against what it goes by now. */
function looserClusters(next: Policy, present: Policy): string[] {
  const named = [...(present.clusterSteps ?? []), ...(next.clusterSteps ?? [])].map(({ cluster }) => cluster)
  return [...new Set(named)].flatMap((cluster) => {
    const [own, before] = [next, present].map((policy) => ownStepsOf(policy, cluster) ?? policy.steps)
    return looserSteps(own, before) ? [`Steps on ${cluster}: ${shares(own)} instead of ${shares(before)}.`] : []
  })
}

function looserGates(what: string, next: readonly Gate[], present: readonly Gate[]): string[] {
  return present.flatMap((asked) => {
    const own = next.find((gate) => gate.metric === asked.metric)
    if (!own) return [`${what} ${asked.metric}: left out.`]
    return Object.keys(loosened(own, asked)).map(
      (field) => `${what} ${asked.metric}, ${field}: ${value(own, field)} instead of ${value(asked, field)}.`,
    )
  })
}

function looserPace(next: Policy['pace'], present: Policy['pace']): string[] {
  const said: string[] = []
  const amount = (name: (typeof AT_LEAST | typeof AT_MOST)[number], n: number) => (name === 'minRequests' ? `${n}` : formatDuration(n))
  const say = (name: (typeof AT_LEAST | typeof AT_MOST)[number]) =>
    said.push(`${PACE_NAMES[name]}: ${amount(name, next[name] ?? 0)} instead of ${amount(name, present[name] ?? 0)}.`)
  for (const name of AT_LEAST) if ((next[name] ?? 0) < (present[name] ?? 0)) say(name)
  for (const name of AT_MOST) if (next[name] > present[name]) say(name)
  if (next.holdEnd === 'stay' && present.holdEnd === 'return') said.push('A hold that ends stays instead of returning.')
  if (next.waveFail === 'wave' && present.waveFail !== 'wave') said.push('A cluster that fails returns alone instead of all.')
  return said
}

function value(gate: Gate, field: string): string {
  const found: unknown = Object.entries(gate).find(([name]) => name === field)?.[1]
  return Array.isArray(found) ? found.join(', ') : String(found ?? 'left out')
}

function shares(steps: readonly number[]): string {
  return steps.map(formatWeight).join(', ')
}
