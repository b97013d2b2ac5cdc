import fc from 'fast-check'
import { Gate } from '@/lib/rollouts/schema'
import { NO_DATA } from '@/lib/rollouts/words'
import type { Metric } from './fields'
import { GATE_KINDS } from './kinds'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => value + 0)
/** A share as documents have it, to the millionth. */
const share = (least: number, most: number) => fc.integer({ min: least * 1e6, max: most * 1e6 }).map((millionths) => millionths / 1e6)
const name = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => text.trim() === text && !/[\n\r]/.test(text))
const odds = { tolerance: number(1, 10), limit: number(1.05, 64), required: fc.boolean() }

/** The fields of each kind: those that must be there, and those that may be left out. */
const FIELDS: Record<Metric, [must: Record<string, fc.Arbitrary<unknown>>, may: Record<string, fc.Arbitrary<unknown>>]> = {
  errors: [{}, { tolerance: number(1, 10), limit: number(1.1, 64), floor: share(0, 0.5), ceiling: number(1, 64) }],
  latency: [{}, { quantiles: fc.array(share(0.01, 0.999), { minLength: 1, maxLength: 3 }), floorMs: number(0, 60_000) }],
  accuracy: [{}, { tolerancePoints: number(0, 20), limitPoints: number(0.1, 50), required: fc.boolean() }],
  quality: [{ kind: fc.constantFrom('off-by', 'recall', 'brier'), threshold: number(0, 1e30) }, odds],
  business: [
    { name: fc.stringMatching(/^[a-z][a-z0-9_.-]{0,62}$/), threshold: number(-1e30, 1e30) },
    { ...odds, bad: fc.constantFrom('below', 'above') },
  ],
  drift: [
    {},
    {
      ratio: number(1.02, 4),
      features: fc.array(name, { minLength: 1, maxLength: 16 }),
      maxDistance: share(0.01, 0.5),
      required: fc.boolean(),
    },
  ],
  objective: [{ max: share(0.000001, 0.999999) }, {}],
  'accuracy-floor': [{ min: share(0.000001, 0.999999) }, {}],
}

/** Any gate of a kind that the schema takes. */
export function gateOfKind(metric: Metric): fc.Arbitrary<Gate> {
  const [must, may] = FIELDS[metric]
  const terms = { noData: fc.constantFrom(...NO_DATA), dryRun: fc.boolean() }
  return fc
    .record({ metric: fc.constant(metric), ...must, ...may, ...terms }, { requiredKeys: ['metric', ...Object.keys(must)] as never })
    .map((gate) => Gate.parse(gate))
}

/** Any gates that a policy takes: each metric once, in any order. */
export function gates(kinds: readonly Metric[] = GATE_KINDS): fc.Arbitrary<Gate[]> {
  return fc.shuffledSubarray([...kinds], { maxLength: Math.min(6, kinds.length) }).chain((some) => fc.tuple(...some.map(gateOfKind)))
}
