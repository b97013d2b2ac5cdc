import { z } from 'zod'
import type { Answer } from '@/lib/approvals/schema'
import type { Policy } from '@/lib/rollouts/schema'

/** A proposal that nobody decided for this long no longer counts. */
export const PROPOSAL_DAYS = 7

/** A yes or no is about one proposed policy, as it was seen: its hash comes back with it. */
export const AnswerPolicy = z.object({
  proposalId: z.uuid(),
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'The hash is 64 hexadecimal digits: take it from the proposal that you looked at.'),
  reason: z.string().trim().max(500, 'At most 500 characters.').default(''),
})
export const WithdrawPolicy = z.object({ proposalId: z.uuid() })

/** A looser policy that waits for approvals. Times are ISO texts. */
export interface ProposalView {
  id: string
  environment: { id: string; slug: string; name: string }
  hash: string
  /** The policy's version that it was written against. */
  basedOn: number
  /** null: it cannot be read, and nobody can answer; `why` says so. */
  policy: Policy | null
  /** What it lets through that the present policy does not, as sentences. */
  loosens: string[]
  proposedBy: string
  proposedAt: string
  expiresAt: string
  /** null: the present policy cannot be read, which says how many. */
  needed: number | null
  given: number
  answers: Answer[]
  /** The actor's answer is wanted; else why it is not. */
  mine: boolean
  why: string | null
  may: { withdraw: boolean }
}
