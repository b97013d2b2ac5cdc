import * as z from 'zod'
import type { Phase, Strategy } from '@/lib/rollouts/schema'
import type { HoldView, VersionView } from '@/lib/rollouts/view-schema'

/** A receiver that was given up gets no more tries by itself: so many were made. Milliseconds between them. */
export const RETRY_AFTER_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000] as const
export const ATTEMPTS_MAX = RETRY_AFTER_MS.length + 1
/** How long a receiver may take to answer, ms. */
export const ANSWER_WITHIN_MS = 5_000
/** How many webhooks a team may have. */
export const WEBHOOKS_MAX = 20

export const AddWebhook = z.object({
  teamId: z.uuid(),
  name: z.string().trim().min(1, 'Say who is told, such as "on-call channel".').max(80, 'A name has at most 80 characters.'),
  url: z.string().trim().min(1, 'Give the address of the receiver.').max(2_000, 'An address has at most 2,000 characters.'),
})
export const WebhookId = z.object({ webhookId: z.uuid() })
export const RetryDelivery = z.object({ webhookId: z.uuid(), deliveryId: z.uuid() })

/** Which deliveries a log shows: of one webhook, or of all that the actor manages. */
export const ListDeliveries = z.object({
  webhookId: z.uuid().optional(),
  after: z.string().max(400).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(30),
})

/** What may happen to a rollout that people are told of, each with its words on screen. A type's parts are as Standard Webhooks asks: letters, digits, underscores. */
export const NOTICE_WORDS = {
  'rollout.awaiting_approval': 'awaits approval',
  'rollout.live': 'is live',
  'rollout.holding': 'holds',
  'rollout.hold_overdue': 'is held past its end',
  'rollout.resumed': 'goes on',
  'rollout.returning': 'is returning',
  'rollout.returned': 'returned',
  'rollout.aborted': 'was stopped',
  'rollout.failed': 'failed to start',
  'rollout.cancelled': 'was cancelled',
  'rollout.promoted': 'was promoted',
  'rollout.watch_passed': 'passed its watch',
  'rollout.watch_failed': 'failed its watch',
  'rollout.watch_asks': 'asks what to do in its watch',
  'rollout.watch_ended': 'is watched no more',
} as const
export type NoticeType = keyof typeof NOTICE_WORDS
export const TEST_TYPE = 'webhook.test'

/** The body of a message, in the form of Standard Webhooks. `timestamp`: when it happened; what `data` says is as of `asOf`. */
export interface Message {
  type: NoticeType
  timestamp: string
  data: {
    rollout: string
    /** The rollout's page. */
    url: string
    endpoint: string
    model: string
    environment: string
    strategy: Strategy
    from: VersionView | null
    to: VersionView | null
    /** What happened, as the timeline says it. */
    event: { seq: number; who: string; what: string; because: string | null }
    phase: Phase
    /** The sentence that the rollout's page and the API show. */
    headline: string
    /** What blocks it, since when, what it needs and who may act, in one text. */
    standing: string
    /** Its reasons to hold: who is asked to act on each, and until when; empty unless it holds. */
    holds: HoldView[]
    asOf: string
  }
}

/** A webhook as lists show it: never its secret. */
export interface WebhookRow {
  id: string
  name: string
  url: string
  team: string
  author: string
  createdAt: string
  /** How many messages wait. */
  waiting: number
  /** The last message that was tried; null: none was. */
  last: { at: string; state: DeliveryState; error: string | null } | null
}

export type DeliveryState = 'waiting' | 'retrying' | 'delivered' | 'given-up'

/** One message to one webhook, and how far it came. */
export interface DeliveryRow {
  id: string
  webhookId: string
  webhook: string
  /** The header `webhook-id`: the same at every try. */
  messageId: string
  type: string
  /** "flight-delay v1 to v2 in prod was promoted"; a test: "Test". */
  title: string
  rolloutId: string | null
  createdAt: string
  state: DeliveryState
  attempts: number
  /** HTTP status of the last answer; null: there was none. */
  status: number | null
  error: string | null
  triedAt: string | null
  /** When it is tried next; null: not by itself. */
  nextAt: string | null
  deliveredAt: string | null
}
