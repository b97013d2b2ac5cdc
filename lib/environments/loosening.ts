import { formatDuration, formatWeight } from '@/lib/format'
import { AT_LEAST, AT_MOST, stepIssue } from '@/lib/rollouts/plan'
import { loosened } from '@/lib/rollouts/plan-gates'
import type { Gate, Policy } from '@/lib/rollouts/schema'

/** Each way in which the next policy lets through what the present one does not, as a sentence; empty when it is as strict or stricter. Pure. */
export function loosenings(present: Policy, next: Policy): string[] {
  const said: string[] = []
  if (next.approvals < present.approvals) said.push(`Approvals: ${next.approvals} instead of ${present.approvals}.`)
  if (looserSteps(next.steps, present.steps)) said.push(`Steps: ${shares(next.steps)} instead of ${shares(present.steps)}.`)
  said.push(...looserGates('Gate', next.gates, present.gates))
  said.push(...looserGates('Gate of a first version', next.initialGates, present.initialGates))
  return [...said, ...looserPace(next.pace, present.pace)]
}

/** 0 % is the preview of a blue/green: no request meets the candidate there, so it is neither stricter nor looser. */
function looserSteps(next: readonly number[], present: readonly number[]): boolean {
  const withTraffic = (steps: readonly number[]) => steps.filter((step) => step > 0)
  return stepIssue(withTraffic(next), withTraffic(present)) !== null
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
    said.push(`Pace, ${name}: ${amount(name, next[name])} instead of ${amount(name, present[name])}.`)
  for (const name of AT_LEAST) if (next[name] < present[name]) say(name)
  for (const name of AT_MOST) if (next[name] > present[name]) say(name)
  if (next.holdEnd === 'stay' && present.holdEnd === 'return') said.push('Pace, holdEnd: a hold that ends stays instead of returning.')
  return said
}

function value(gate: Gate, field: string): string {
  const found: unknown = Object.entries(gate).find(([name]) => name === field)?.[1]
  return Array.isArray(found) ? found.join(', ') : String(found ?? 'left out')
}

function shares(steps: readonly number[]): string {
  return steps.map(formatWeight).join(', ')
}
