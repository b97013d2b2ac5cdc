import { changedFields, type GateDrafts, gateDrafts, gatesOf, metricsOf } from '@/components/gates/draft'
import type { LaunchRollout, Pace, Policy } from '@/lib/rollouts/schema'

/** What the launch form holds: texts as typed, so that nothing typed is lost. */
export interface LaunchDraft {
  model: string
  version: string
  environment: string
  strategy: LaunchRollout['strategy']
  /** Percent, separated by commas or spaces. */
  steps: string
  /** Steps of single clusters, by name; empty: those of all. */
  clusterSteps: Record<string, string>
  /** Seconds; only what was touched. */
  pace: Partial<Record<keyof Pace, string>>
  /** The environment's, and what was changed in them or added. */
  gates: GateDrafts
  replicas: string
}

const PERCENT = 100

/** Basis points -> "1, 5, 25, 50, 100". */
export function stepsText(steps: readonly number[]): string {
  return steps.map((step) => String(step / PERCENT)).join(', ')
}

/** A part of a pace as a form has it; no soak is one of 0 s, and without a word on it a fail returns all. */
export function paceText(pace: Pace, key: keyof Pace): string {
  return String(pace[key] ?? (key === 'waveFail' ? 'all' : 0))
}

/** The parts of a pace that are chosen, not counted. */
const PACE_WORDS: readonly string[] = ['holdEnd', 'waveFail'] satisfies (keyof Pace)[]

/** "1, 5, 25 100 %" -> basis points; what is no number stays NaN, so that the check names it. */
export function readSteps(text: string): number[] {
  return text
    .replaceAll('%', ' ')
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((each) => Math.round(Number(each) * PERCENT))
}

/** The gates that the environment asks for: a first version, with nothing to compare with, has its own. */
export function askedGates(policy: Policy, strategy: LaunchDraft['strategy']): GateDrafts {
  return gateDrafts(strategy === 'initial' ? policy.initialGates : policy.gates)
}

/** How many fields of the environment's gates were changed, with one for each gate that was added. */
function changedGates(draft: LaunchDraft, policy: Policy): number {
  const asked = askedGates(policy, draft.strategy)
  const changes = metricsOf(draft.gates).map((metric) => {
    const [own, before] = [draft.gates[metric], asked[metric]]
    return own && before ? changedFields(own, before).length : 1
  })
  return changes.reduce((sum, count) => sum + count, 0)
}

/** The clusters whose steps are not as the policy has them; what was rubbed out goes by the steps of all. */
function changedClusters({ strategy, steps, clusterSteps }: LaunchDraft, policy: Policy): { cluster: string; steps: number[] }[] {
  if (strategy !== 'canary') return []
  return Object.entries(clusterSteps).flatMap(([cluster, text]) => {
    const usual = policy.clusterSteps?.find((each) => each.cluster === cluster)?.steps ?? []
    const typed = readSteps(text)
    return stepsText(typed) === stepsText(usual) ? [] : [{ cluster, steps: typed.length > 0 ? typed : readSteps(steps) }]
  })
}

/** What is sent: the three choices, and of the rest only what differs from the environment's defaults. */
export function launchInput(draft: LaunchDraft, policy: Policy) {
  const steps = readSteps(draft.steps)
  const own = changedClusters(draft, policy)
  const pace = Object.entries(draft.pace).filter(([key, text]) => text !== undefined && text !== paceText(policy.pace, key as keyof Pace))
  return {
    model: draft.model,
    environment: draft.environment,
    version: Number(draft.version),
    strategy: draft.strategy,
    ...(draft.strategy === 'canary' && stepsText(steps) !== stepsText(policy.steps) ? { steps } : {}),
    ...(own.length > 0 ? { clusterSteps: own } : {}),
    ...(changedGates(draft, policy) > 0 ? { gates: gatesOf(draft.gates) } : {}),
    ...(pace.length > 0
      ? { pace: Object.fromEntries(pace.map(([key, text]) => [key, PACE_WORDS.includes(key) ? text : Number(text)])) }
      : {}),
    ...(draft.replicas === '1' ? {} : { replicas: Number(draft.replicas) }),
  }
}

/** How many of the defaults were changed. */
export function changedCount(draft: LaunchDraft, policy: Policy): number {
  const input = launchInput(draft, policy)
  const gates = changedGates(draft, policy)
  const single = ['steps', 'replicas'].filter((name) => name in input).length
  return gates + single + (input.clusterSteps?.length ?? 0) + Object.keys((input.pace as object | undefined) ?? {}).length
}
