import { z } from 'zod'
import type { PlanDocument } from '../schema'

/** The forms in which a report can be taken away. */
export const AskReport = z.object({ format: z.enum(['md', 'json'], { error: 'format is md or json.' }).default('json') })

/** One step as it was lived through. Times are ISO texts. */
export interface ReportStep {
  cluster: string
  /** Basis points. */
  weight: number
  at: string
  acknowledgedAt: string | null
  leftAt: string | null
  /** What was counted under its weights: requests of the candidate and of stable, and how many of them were bad. */
  counted: { candidate: { requests: number; bad: number }; stable: { requests: number; bad: number } }
  /** What each gate said last at this step. */
  gates: { metric: string; verdict: string; sentence: string }[]
  /** What was done then, and because of what. */
  decision: string
}

/** Everything about one rollout that one keeps: who, what, on what evidence, how it ended. */
export interface Report {
  id: string
  title: string
  headline: string
  model: string
  environment: string
  strategy: string
  from: { number: number; digest: string } | null
  to: { number: number; digest: string } | null
  phase: string
  launched: { by: string; at: string }
  startedAt: string | null
  endedAt: string | null
  planHash: string
  plan: PlanDocument
  approvals: { needed: number; answers: { by: string; role: string; answer: string; reason: string; at: string }[] }
  /** How each cluster goes, in the order of the waves: "on-prem: 25 % -> 100 %, then soaks for 60 min". */
  waves: string[]
  /** Gates that pass without data, a sentence each: to be read in red. */
  unjudged: string[]
  steps: ReportStep[]
  timeline: { seq: number; at: string; who: string; what: string; because: string | null }[]
  ledger: { words: string; rows: number; head: string; intact: boolean }
  verdicts: string
  madeAt: string
}
