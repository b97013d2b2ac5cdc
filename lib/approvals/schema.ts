import { z } from 'zod'
import type { Gate, Strategy } from '@/lib/rollouts/schema'
import type { CheckRun } from '@/lib/versions/check-run-schema'

/** A yes or no is about one plan, as it was seen: its hash and the rollout's revision come back with it. */
export const AnswerRollout = z.object({
  rolloutId: z.uuid(),
  planHash: z.string().regex(/^[0-9a-f]{64}$/, 'The plan hash is 64 hexadecimal digits: take it from the approval that you looked at.'),
  revision: z.number().int().min(0),
  reason: z.string().trim().max(500, 'At most 500 characters.').default(''),
})

/** One answer: the name then, the account that signed in while acting as another, and the role that gave the right. */
export interface Answer {
  name: string
  signedInAs: string | null
  role: string
  answer: 'yes' | 'no'
  reason: string
  at: string
}

export interface VersionBrief {
  number: number
  digest: string
  note: string
  author: string
}

/** A request for approval as lists show it. Times are ISO texts. */
export interface ApprovalRow {
  rolloutId: string
  model: string
  environment: string
  strategy: Strategy
  from: number | null
  to: number | null
  askedBy: string
  askedAt: string
  expiresAt: string | null
  /** null: its plan cannot be read. */
  needed: number | null
  given: number
  /** The actor's answer is wanted; else why it is not. */
  mine: boolean
  why: string | null
}

export interface AnsweredRow {
  rolloutId: string
  model: string
  environment: string
  from: number | null
  to: number | null
  phase: string
  answer: Answer
}

/** Everything needed to decide, on one screen. */
export interface ApprovalDetail extends Omit<ApprovalRow, 'from' | 'to' | 'needed'> {
  needed: number
  revision: number
  planHash: string
  waiting: boolean
  phase: string
  fromVersion: VersionBrief | null
  toVersion: VersionBrief | null
  sameArtifact: boolean
  steps: number[]
  clusters: string[]
  /** Clusters with steps of their own. */
  clusterSteps: { cluster: string; steps: number[] }[]
  /** How long each cluster but the last is proven at 100 % before the next begins; 0: not at all. */
  soakSeconds: number
  /** What goes back when a later cluster fails: all of them, or that one alone. */
  waveFail: 'all' | 'wave'
  gates: Gate[]
  watchSeconds: number
  policyVersion: number
  checkRun: CheckRun | null
  model: string
  risk: string
  dataClass: string
  answers: Answer[]
  /** Names of those who may answer, when the actor may not. */
  whoMay: string[]
}
