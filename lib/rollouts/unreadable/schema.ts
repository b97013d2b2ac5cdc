import type { Answer } from '@/lib/approvals/schema'
import type { Phase, Strategy } from '../schema'

/** What is known of a rollout whose plan cannot be read. Times are ISO texts. */
export interface UnreadableRollout {
  id: string
  endpointId: string
  /** A clause: "the plan cannot be read: ...". */
  why: string
  /** Of the document that was approved: what is put back must have it. */
  planHash: string
  model: string
  environment: string
  strategy: Strategy
  phase: Phase
  /** Numbers of the versions; null: none. */
  from: number | null
  to: number | null
  /** What was last said of it. */
  headline: string
  author: string
  createdAt: string
  startedAt: string | null
  endedAt: string | null
  answers: Answer[]
}
