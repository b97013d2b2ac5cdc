import * as z from 'zod'
import { Gate } from '../schema'

/** Other parameters for a rollout of the past. What is left out stays as the plan had it. */
export const Change = z.object({
  /** In place of the plan's gates: one that is left out is dropped. */
  gates: z.array(Gate).max(6).optional(),
  /** In place of a first version's gates, which has nothing to compare with. Only where many rollouts are judged. */
  initialGates: z.array(Gate).max(6).optional(),
  alpha: z.number().min(0.0001).max(0.5).optional(),
  alphaSafe: z.number().min(0.0001).max(0.5).optional(),
  pace: z
    .object({
      minDwell: z.number().int().min(5).max(86_400).optional(),
      minRequests: z.number().int().min(0).max(1_000_000).optional(),
      noDataAfter: z.number().int().min(10).max(3_600).optional(),
    })
    .optional(),
})
export type Change = z.infer<typeof Change>

/** The last rollouts of the teams that one may read, of one environment or model, judged with other parameters. */
export const ChangeAll = z.object({
  environment: z.string().max(63).optional(),
  model: z.string().max(120).optional(),
  limit: z.number().int().min(1).max(50).default(20),
  change: Change,
})

/** What a position did, and what it would have done. Times are ISO texts; `seconds` since the step was acknowledged. */
export interface StepOutcome {
  cluster: string
  /** Basis points. */
  weight: number
  was: { action: 'advanced' | 'returned' | 'left' | 'stays'; seconds: number | null }
  would: { action: 'advance' | 'return' | 'wait'; seconds: number | null; says: string | null }
}

/** One rollout judged with other parameters. */
export interface WhatIf {
  rolloutId: string
  name: string
  createdAt: string
  /** How it ended: its phase. */
  phase: string
  /** `stopped`: it would have been returned, and was not (or later); `passed`: the evidence that returned it would not have; `same`; `not-judged`: nothing of it was counted, or its plan cannot be read. */
  outcome: 'stopped' | 'earlier' | 'passed' | 'same' | 'not-judged'
  /** One sentence: what would have been, beside what was. */
  sentence: string
  steps: StepOutcome[]
  /** What cannot be judged again, and why. */
  notes: string[]
}

/** Many rollouts judged with other parameters. */
export interface WhatIfAll {
  sentence: string
  judged: number
  stopped: number
  passed: number
  rows: WhatIf[]
}

/** What a replay of one rollout found. */
export interface ReplayView {
  intact: boolean
  ledger: string
  /** Hash of the last row. */
  head: string
  faults: { seq: number; says: string }[]
  verdicts: string
  equal: boolean
  broken: string | null
  differences: { seq: number; slot: string | null; path: string; stored: string; again: string }[]
}
