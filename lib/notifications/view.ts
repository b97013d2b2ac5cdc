import type { Prisma } from '@/lib/generated/prisma/client'
import { PlanDocument } from '@/lib/rollouts/schema'
import { rolloutName } from '@/lib/rollouts/steering/store'
import { readOr } from '@/lib/stored'
import { messageId } from './message'
import { type DeliveryRow, type DeliveryState, NOTICE_WORDS, type NoticeType, TEST_TYPE } from './schema'

export const DELIVERY_FIELDS = {
  ...{ id: true, webhookId: true, rolloutId: true, seq: true, type: true, createdAt: true, attempts: true, triedAt: true },
  ...{ nextAt: true, status: true, error: true, deliveredAt: true },
  webhook: { select: { name: true } },
  rollout: { select: { plan: { select: { document: true } } } },
} as const satisfies Prisma.WebhookDeliverySelect

type Stored = Prisma.WebhookDeliveryGetPayload<{ select: typeof DELIVERY_FIELDS }>

/** How far a message came. */
export function stateOf({ deliveredAt, nextAt, attempts }: Pick<Stored, 'deliveredAt' | 'nextAt' | 'attempts'>): DeliveryState {
  if (deliveredAt) return 'delivered'
  if (!nextAt) return 'given-up'
  return attempts === 0 ? 'waiting' : 'retrying'
}

/** What may leave the house of a message. */
export function deliveryRow(row: Stored): DeliveryRow {
  return {
    ...{ id: row.id, webhookId: row.webhookId, webhook: row.webhook.name, messageId: messageId(row), type: row.type },
    title: titleOf(row),
    rolloutId: row.rolloutId,
    createdAt: row.createdAt.toISOString(),
    state: stateOf(row),
    ...{ attempts: row.attempts, status: row.status, error: row.error },
    triedAt: row.triedAt?.toISOString() ?? null,
    nextAt: row.nextAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  }
}

function titleOf({ type, rollout }: Stored): string {
  if (type === TEST_TYPE || !rollout) return 'A test'
  const name = readOr(
    'plan',
    () => rolloutName(PlanDocument.parse(rollout.plan.document)),
    () => 'A rollout whose plan cannot be read',
  )
  return `${name} ${NOTICE_WORDS[type as NoticeType] ?? type}`
}
