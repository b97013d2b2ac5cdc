import * as z from 'zod'
import { FULL, Observe } from '@/lib/endpoints/wish'
import { MOST_GATES, NO_DATA } from './words'

export const STRATEGIES = ['initial', 'canary', 'blue-green', 'return'] as const
export const Strategy = z.enum(STRATEGIES)
export type Strategy = z.infer<typeof Strategy>

export const PHASES = [
  'awaiting-approval',
  'starting',
  'progressing',
  'holding',
  'returning',
  'promoted',
  'returned',
  'aborted',
  'failed',
  'cancelled',
] as const
export const Phase = z.enum(PHASES)
export type Phase = z.infer<typeof Phase>
export const LIVE_PHASES = ['starting', 'progressing', 'holding', 'returning'] as const satisfies readonly Phase[]
export const TERMINAL_PHASES = ['promoted', 'returned', 'aborted', 'failed', 'cancelled'] as const satisfies readonly Phase[]

export const HOLD_REASONS = [
  'person',
  'approval',
  'dwell',
  'no-data',
  'invalid',
  'unreachable',
  'takeover',
  'stable-bad',
  'lowered',
  'wave-failed',
] as const
export const HoldReason = z.enum(HOLD_REASONS)
export type HoldReason = z.infer<typeof HoldReason>

export const NoData = z.enum(NO_DATA)
export type NoData = z.infer<typeof NoData>

/** Fields of every gate. Both may be left out, so that the plans of before keep their meaning and their hash. `dryRun`: judged and shown, never acted on. */
const everyGate = { noData: NoData.optional(), dryRun: z.boolean().optional() }

/**
 * Errors: fails when the ratio of bad rates is proven > tolerance and the candidate's rate > floor; passes when it is proven < the stage limit made from `limit`,
 * or below ceiling x the frozen stable rate.
 */
const ErrorsGate = z.object({
  ...everyGate,
  metric: z.literal('errors'),
  tolerance: z.number().min(1).max(10).default(1.2),
  limit: z.number().min(1.1).max(64).default(2),
  floor: z.number().min(0).max(0.5).default(0.001),
  ceiling: z.number().min(1).max(64).default(2),
})
/** Latency: the share slower than tau(1 + 1 bucket) against stable's share slower than tau, per quantile, with a floor in ms. */
const LatencyGate = z.object({
  ...everyGate,
  metric: z.literal('latency'),
  quantiles: z.array(z.number().min(0.01).max(0.999)).min(1).max(3).default([0.5, 0.95, 0.99]),
  floorMs: z.number().min(0).max(60_000).default(5),
})
/** Accuracy with delayed labels: wrong against right, same cohort, same label age. Points are percentage points of the frozen stable accuracy. */
const AccuracyGate = z.object({
  ...everyGate,
  metric: z.literal('accuracy'),
  tolerancePoints: z.number().min(0).max(20).default(0.5),
  limitPoints: z.number().min(0.1).max(50).default(2),
  required: z.boolean().default(true),
})
/**
 * Quality by task, from labels: `off-by` is a prediction further than `threshold` from the truth (regression), `recall` a positive that the version's own
 * threshold missed, `brier` the squared error of a probability. Tolerance and limit multiply the odds of a hit, as stable has them.
 */
const QualityGate = z
  .object({
    metric: z.literal('quality'),
    kind: z.enum(['off-by', 'recall', 'brier']),
    threshold: z.number().min(0).max(1e30).optional(),
    tolerance: z.number().min(1).max(10).default(1.1),
    limit: z.number().min(1.05).max(64).default(1.5),
    required: z.boolean().default(true),
    ...everyGate,
  })
  .refine((gate) => gate.kind !== 'off-by' || gate.threshold !== undefined, {
    path: ['threshold'],
    message: 'Say from which distance on a prediction is off, in the unit of the label.',
  })
/** A number that your system sends per request (revenue, minutes saved): a request is bad on one side of `threshold`. Tolerance and limit multiply its odds. */
export const BusinessGate = z.object({
  metric: z.literal('business'),
  name: z.string().regex(/^[a-z][a-z0-9_.-]{0,62}$/, 'A metric is lower-case letters, digits, dots, dashes and underscores.'),
  threshold: z.number().min(-1e30).max(1e30),
  bad: z.enum(['below', 'above']).default('below'),
  tolerance: z.number().min(1).max(10).default(1.1),
  limit: z.number().min(1.05).max(64).default(1.5),
  required: z.boolean().default(true),
  ...everyGate,
})
/**
 * Inputs of the two arms against each other, in bins of stable's baseline. Routing is by chance, so a share of a bin that differs by more than `ratio` either way
 * means that it is not: nothing that compares arms may be judged, and the rollout holds. `features`: by name; left out: the first 16. Shown to be alike when
 * no cumulative share can differ by more than `maxDistance`; `required` makes each step wait for that.
 */
export const DriftGate = z.object({
  metric: z.literal('drift'),
  ratio: z.number().min(1.02).max(4).default(1.1),
  features: z.array(z.string().min(1).max(200)).min(1).max(16).optional(),
  maxDistance: z.number().min(0.01).max(0.5).default(0.1),
  required: z.boolean().default(false),
  ...everyGate,
})
/** Absolute gates, for an endpoint's first version and for an empty arm: share of bad requests at most `max`; accuracy at least `min`. */
const ObjectiveGate = z.object({ ...everyGate, metric: z.literal('objective'), max: z.number().gt(0).lt(1) })
const AccuracyFloorGate = z.object({ ...everyGate, metric: z.literal('accuracy-floor'), min: z.number().gt(0).lt(1) })
export const Gate = z.discriminatedUnion('metric', [
  ErrorsGate,
  LatencyGate,
  AccuracyGate,
  QualityGate,
  BusinessGate,
  DriftGate,
  ObjectiveGate,
  AccuracyFloorGate,
])
export type Gate = z.infer<typeof Gate>
/** A gate on outcomes of its own: hits among trials of the same cohort as labels. */
export type OutcomeGate = Extract<Gate, { metric: 'quality' | 'business' }>

/** Steps in basis points: strictly rising, at most 100 %; canary ends at 100 %. 0 is the preview of a blue/green. */
export const Steps = z
  .array(z.number().int().min(0).max(FULL, 'A step is at most 10,000 basis points (100 %).'))
  .min(1)
  .max(20)
  .refine(
    (steps) => steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? -1)),
    'Steps must rise: each one larger than the one before.',
  )
  .refine((steps) => steps.at(-1) === FULL, 'The last step must be 100 %.')

const count = (min: number, max: number) => z.number().int().min(min).max(max)
const DAY = 86_400

/** Times (seconds) and counts of a plan, without what is usual: what a person may choose, one by one. */
const PaceFields = z.object({
  burnIn: count(0, 600),
  soak: count(0, 30 * DAY),
  minDwell: count(5, DAY),
  minRequests: count(0, 1_000_000),
  maxDwell: count(30, 7 * DAY),
  noDataAfter: count(10, 3_600),
  holdMax: count(60, 30 * DAY),
  holdEnd: z.enum(['return', 'stay']),
  waveFail: z.enum(['all', 'wave']),
  watch: count(0, 30 * DAY),
  warmth: count(0, 30 * DAY),
})
const { shape } = PaceFields

/** Times and counts of a plan with the minima that policies may raise. Seconds. Without `soak` no wave soaks, and without `waveFail` a fail returns all: so the plans of before keep their meaning and their hash. */
export const Pace = z.object({
  burnIn: shape.burnIn.default(60),
  soak: shape.soak.optional(),
  minDwell: shape.minDwell.default(30),
  minRequests: shape.minRequests.default(100),
  maxDwell: shape.maxDwell.default(600),
  noDataAfter: shape.noDataAfter.default(60),
  holdMax: shape.holdMax.default(4 * 3_600),
  holdEnd: shape.holdEnd.default('return'),
  waveFail: shape.waveFail.optional(),
  watch: shape.watch.default(DAY),
  warmth: shape.warmth.default(DAY),
})
export type Pace = z.infer<typeof Pace>

/** Steps of single clusters, by name, in place of those of the others. */
const ClusterSteps = z
  .array(z.object({ cluster: z.string().min(1).max(200), steps: Steps }))
  .max(20)
  .refine((list) => new Set(list.map(({ cluster }) => cluster)).size === list.length, 'Each cluster may have steps of its own once.')
export type ClusterSteps = z.infer<typeof ClusterSteps>

const TOO_MANY = `At most ${MOST_GATES} gates.`

/** An environment's policy: versioned, frozen into each plan. */
export const Policy = z.object({
  approvals: z.number().int().min(0).max(5),
  alias: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'An alias is lower-case letters, digits and dashes.')
    .nullable(),
  steps: Steps,
  clusterSteps: ClusterSteps.optional(),
  gates: z
    .array(Gate)
    .max(MOST_GATES, TOO_MANY)
    .refine((gates) => new Set(gates.map((gate) => gate.metric)).size === gates.length, 'Each metric may be gated once.'),
  initialGates: z
    .array(z.discriminatedUnion('metric', [ObjectiveGate, AccuracyFloorGate]))
    .max(2)
    .default([]),
  pace: Pace,
})
export type Policy = z.infer<typeof Policy>

const VersionRef = z.object({ id: z.uuid(), number: z.number().int(), digest: z.string() })

/** The immutable, hashed document of a rollout. It holds the rollout's id, so that an approval belongs to one rollout. */
export const PlanDocument = z.object({
  rolloutId: z.uuid(),
  strategy: Strategy,
  endpoint: z.object({ id: z.uuid(), model: z.string(), environment: z.string() }),
  from: VersionRef.nullable(),
  /** null only for a return of an initial rollout: no version stays. */
  to: VersionRef.nullable(),
  /** `steps`: of this wave; absent: the plan's, so that the plans of before keep their meaning and their hash. */
  waves: z
    .array(z.object({ clusterId: z.uuid(), cluster: z.string(), replicas: z.number().int().min(1).max(16), steps: Steps.optional() }))
    .min(1),
  steps: Steps,
  gates: z.array(Gate),
  pace: Pace,
  /** Anytime-valid error levels of the whole rollout; where a failing wave returns alone, of each wave. */
  alpha: z.number(),
  alphaSafe: z.number(),
  approvals: z.number().int(),
  policyVersion: z.number().int(),
  alias: z.string().nullable(),
  /** The same artifact under another number: an A/A, which is said. */
  sameArtifact: z.boolean(),
  /** Members who may not be its sole approver: the plan's author and the version's. */
  authors: z.array(z.string()),
  rerun: z.boolean().default(false),
  /** What is counted beside requests, as frozen at launch; absent where nothing is. */
  observe: Observe.optional(),
})
export type PlanDocument = z.infer<typeof PlanDocument>

/** A version's number, as the database counts. */
const VersionNumber = z.number().int().positive().max(2_147_483_647)

/** What a person chooses; the rest is the environment's defaults. */
export const LaunchRollout = z.object({
  model: z.string().min(1).max(200),
  environment: z.string().min(1).max(200),
  version: VersionNumber,
  strategy: z.enum(['canary', 'blue-green', 'initial']).default('canary'),
  steps: Steps.optional(),
  clusterSteps: ClusterSteps.optional(),
  gates: z.array(Gate).max(MOST_GATES, TOO_MANY).optional(),
  pace: PaceFields.partial().optional(),
  replicas: z.number().int().min(1).max(16).default(1),
  /** Launch although a cluster would refuse it, as the preview says. */
  despiteRefusals: z.boolean().optional(),
})
export type LaunchRollout = z.infer<typeof LaunchRollout>

/** Control commands carry the revision they saw; promote, approve and resume are refused when it is stale. */
export const ControlRollout = z.object({
  rolloutId: z.uuid(),
  revision: z.number().int().min(0).optional(),
  reason: z.string().max(500).default(''),
})

/** Copies of live requests to the candidate. `share` in basis points of them: left out, as much as the next step would bring; 0 ends it. */
export const MirrorRollout = ControlRollout.extend({ share: z.number().int().min(0).max(FULL).optional() })

/** Back to a version that was promoted on this endpoint before. */
export const ReturnEndpoint = z.object({
  endpointId: z.uuid(),
  version: VersionNumber,
  reason: z.string().max(500).default(''),
})
