import { readSteps, stepsText } from '@/components/rollouts/launch-input'
import { Gate, type Pace, Policy } from '@/lib/rollouts/schema'

/** What the policy form holds: texts as typed. `gates` and `initial` have the fields of each metric that is on. */
export interface PolicyDraft {
  approvals: string
  alias: string
  steps: string
  gates: Record<string, Record<string, string>>
  initial: Record<string, Record<string, string>>
  /** Gates that the form does not show: they stay as they are. */
  kept: Gate[]
  pace: Record<keyof Pace, string>
}

/** The gates that an environment may ask for, with what each begins with. */
export const GATE_DEFAULTS: readonly Gate[] = [
  Gate.parse({ metric: 'errors' }),
  Gate.parse({ metric: 'latency' }),
  Gate.parse({ metric: 'accuracy' }),
  Gate.parse({ metric: 'objective', max: 0.05 }),
  Gate.parse({ metric: 'accuracy-floor', min: 0.5 }),
]
/** Those that an endpoint's first version can have: nothing is there to compare with. */
export const INITIAL_DEFAULTS = GATE_DEFAULTS.filter((gate) => gate.metric === 'objective' || gate.metric === 'accuracy-floor')

/** What a gate says by leaving it out. */
const TERMS = { noData: 'hold', dryRun: 'false' } as const

function termsOf({ noData, dryRun }: Gate) {
  return { noData: noData ?? TERMS.noData, dryRun: dryRun ?? false }
}

/** A gate's fields as texts: quantiles as percent, what is left out as what it means. */
export function gateTexts(gate: Gate): Record<string, string> {
  const fields = Object.entries({ ...gate, ...termsOf(gate) }).filter(([field]) => field !== 'metric')
  return Object.fromEntries(
    fields.map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map((quantile) => Number((quantile * 100).toFixed(2))).join(', ') : String(value),
    ]),
  )
}

export function draftOf(policy: Policy): PolicyDraft {
  const shown = (gate: Gate) => GATE_DEFAULTS.some(({ metric }) => metric === gate.metric)
  const texts = (gates: readonly Gate[]) => Object.fromEntries(gates.filter(shown).map((gate) => [gate.metric, gateTexts(gate)]))
  return {
    approvals: String(policy.approvals),
    alias: policy.alias ?? '',
    steps: stepsText(policy.steps),
    gates: texts(policy.gates),
    initial: texts(policy.initialGates),
    kept: policy.gates.filter((gate) => !shown(gate)),
    pace: Object.fromEntries(Object.entries(policy.pace).map(([key, value]) => [key, String(value)])) as PolicyDraft['pace'],
  }
}

function gateOf(metric: string, texts: Record<string, string>) {
  // What means the same when it is left out is left out, so that a policy that was only looked at stays the same document.
  const said = Object.entries(texts).filter(([field, text]) => TERMS[field as keyof typeof TERMS] !== text)
  const fields = said.map(([field, text]) => {
    if (field === 'noData') return [field, text]
    if (field === 'quantiles') return [field, readSteps(text).map((basisPoints) => basisPoints / 10_000)]
    if (text === 'true' || text === 'false') return [field, text === 'true']
    return [field, text.trim() === '' ? Number.NaN : Number(text)]
  })
  return { metric, ...Object.fromEntries(fields) }
}

/** The policy that a draft means, unchecked. */
export function policyInput(draft: PolicyDraft) {
  const gates = (from: PolicyDraft['gates']) => Object.entries(from).map(([metric, texts]) => gateOf(metric, texts))
  const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
  const { holdEnd, ...pace } = draft.pace
  return {
    approvals: number(draft.approvals),
    alias: draft.alias.trim() === '' ? null : draft.alias.trim(),
    steps: readSteps(draft.steps),
    gates: [...gates(draft.gates), ...draft.kept],
    initialGates: gates(draft.initial),
    pace: { ...Object.fromEntries(Object.entries(pace).map(([key, text]) => [key, number(text)])), holdEnd },
  }
}

/** Checks a draft with the schema of the command: the policy, or what is wrong by path, gates by their metric. */
export function checkDraft(draft: PolicyDraft): { policy: Policy | null; errors: Record<string, string> } {
  const input = policyInput(draft)
  const result = Policy.safeParse(input)
  if (result.success) return { policy: result.data, errors: {} }
  const errors = result.error.issues.map((issue) => [errorPath(issue.path, input), issue.message])
  return { policy: null, errors: Object.fromEntries(errors) }
}

function errorPath(path: readonly PropertyKey[], input: ReturnType<typeof policyInput>): string {
  const [head, index, field] = path
  if (head === 'steps') return 'steps'
  if ((head !== 'gates' && head !== 'initialGates') || typeof index !== 'number') return path.join('.')
  return [head === 'gates' ? 'gates' : 'initial', input[head][index]?.metric, ...(field === undefined ? [] : [field])].join('.')
}
