import { BusinessGate, Gate } from '@/lib/rollouts/schema'
import { type GateTexts, gateTexts } from './draft'
import { GATE_FIELDS, type Metric } from './fields'

/** Every kind of gate, in the order in which a form offers them. */
export const GATE_KINDS: readonly Metric[] = [
  'errors',
  'latency',
  'accuracy',
  'quality',
  'business',
  'drift',
  'objective',
  'accuracy-floor',
]
/** Those that an endpoint's first version can have: nothing is there to compare with. */
export const INITIAL_KINDS: readonly Metric[] = ['objective', 'accuracy-floor']

/** What a gate begins with: what is usual, and an empty field where nothing is. */
export const NEW_GATES: Record<Metric, GateTexts> = {
  errors: gateTexts(Gate.parse({ metric: 'errors' })),
  latency: gateTexts(Gate.parse({ metric: 'latency' })),
  accuracy: gateTexts(Gate.parse({ metric: 'accuracy' })),
  quality: gateTexts(Gate.parse({ metric: 'quality', kind: 'recall' })),
  business: { ...gateTexts(BusinessGate.parse({ metric: 'business', name: 'name', threshold: 0 })), name: '', threshold: '' },
  drift: gateTexts(Gate.parse({ metric: 'drift' })),
  objective: gateTexts(Gate.parse({ metric: 'objective', max: 0.05 })),
  'accuracy-floor': { ...gateTexts(Gate.parse({ metric: 'accuracy-floor', min: 0.5 })), min: '' },
}

/** "usual: 1.2" for each number that is usual for every model; the fixed numbers of an absolute gate are not. */
export function usualHints(metric: Metric): Record<string, string> {
  if (INITIAL_KINDS.includes(metric)) return {}
  const numbers = GATE_FIELDS[metric].filter(
    ({ field, kind }) => (kind === 'number' || kind.startsWith('percent')) && NEW_GATES[metric][field],
  )
  return Object.fromEntries(numbers.map(({ field }) => [field, `Usual: ${NEW_GATES[metric][field]}.`]))
}
