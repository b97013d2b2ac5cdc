import { FULL } from '@/lib/endpoints/wish'
import { formatWeight, listed } from '@/lib/format'
import { type LaunchRollout, type Policy, Steps } from './schema'

type Fields = Record<string, string>

/** The steps of a plan: of every wave that has none of its own. What is wrong with them goes to `fields`. */
export function stepsOf(choice: LaunchRollout, policy: Policy, strategy: string, fields: Fields): number[] {
  if (strategy !== 'canary') {
    const fixed = strategy === 'initial' ? [FULL] : [0, FULL]
    if (choice.steps && choice.steps.join() !== fixed.join())
      fields.steps = `A ${strategy === 'initial' ? 'first version' : 'blue/green'} goes ${fixed.map(formatWeight).join(' -> ')}: leave the steps out.`
    return fixed
  }
  const steps = choice.steps ?? policy.steps
  const issue = issueOf(steps, policy.steps)
  if (issue) fields.steps = issue
  return [...steps]
}

/** Steps of one cluster, by name, where a policy or a choice has its own; undefined: it has none. */
export function ownStepsOf(from: Pick<Policy, 'clusterSteps'>, cluster: string): readonly number[] | undefined {
  return from.clusterSteps?.find((each) => each.cluster === cluster)?.steps
}

interface Waved {
  readonly choice: LaunchRollout
  readonly policy: Policy
  readonly waves: readonly { readonly cluster: string }[]
}

/**
 * The steps of each cluster, by name: as the choice says of it, else as the policy says of it, else as of all. Of each the policy's own word is the bound.
 * What is wrong goes to `fields`, as `clusterSteps.CLUSTER`.
 */
export function ownSteps({ choice, policy, waves }: Waved, strategy: string, fields: Fields): (cluster: string) => readonly number[] {
  if (strategy !== 'canary') {
    const [first] = choice.clusterSteps ?? []
    if (first) fields[`clusterSteps.${first.cluster}`] = 'Only a canary has steps of its own: leave them out.'
    return () => (strategy === 'initial' ? [FULL] : [0, FULL])
  }
  Object.assign(fields, unknownClusters(choice, waves))
  const own = (cluster: string) => ownStepsOf(choice, cluster) ?? ownStepsOf(policy, cluster) ?? choice.steps ?? policy.steps
  for (const { cluster } of waves) {
    const bound = ownStepsOf(policy, cluster)
    if (!bound && !ownStepsOf(choice, cluster)) continue
    const issue = issueOf(own(cluster), bound ?? policy.steps)
    if (issue) fields[`clusterSteps.${cluster}`] = issue
  }
  return own
}

/** Clusters with steps of their own that are not there, as `clusterSteps.CLUSTER` -> what is wrong. A name mistyped would leave the right one without them. */
export function unknownClusters(
  from: Pick<Policy, 'clusterSteps'>,
  waves: readonly { readonly cluster: string }[],
): Record<string, string> {
  const names = waves.map(({ cluster }) => cluster)
  const unknown = (from.clusterSteps ?? []).filter(({ cluster }) => !names.includes(cluster))
  return Object.fromEntries(
    unknown.map(({ cluster }) => [`clusterSteps.${cluster}`, `This environment has no cluster "${cluster}": it has ${listed(names)}.`]),
  )
}

function issueOf(steps: readonly number[], policy: readonly number[]): string | null {
  const parsed = Steps.safeParse(steps)
  return parsed.success ? stepIssue(steps, policy) : (parsed.error.issues[0]?.message ?? 'Steps must rise to 100 %.')
}

/** A canary may be more careful than its policy: begin lower, rise in smaller strides. Never the other way. Null when it is. */
export function stepIssue(steps: readonly number[], policy: readonly number[]): string | null {
  const allowed = policy.map(formatWeight).join(' -> ')
  if (steps[0] === 0) return 'A canary begins above 0 %: 0 is the preview of a blue/green.'
  const first = policy.find((step) => step > 0) ?? FULL
  if (steps[0] > first) return `The first step is at most ${formatWeight(first)} here (policy: ${allowed}), not ${formatWeight(steps[0])}.`
  for (let i = 1; i < steps.length; i += 1) {
    const reach = policy.find((step) => step > steps[i - 1]) ?? FULL
    if (steps[i] > reach)
      return `From ${formatWeight(steps[i - 1])} the next step is at most ${formatWeight(reach)} here (policy: ${allowed}), not ${formatWeight(steps[i])}.`
  }
  return null
}
