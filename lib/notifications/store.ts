import type { Sql, Tx } from '@/lib/db'
import { notFound } from '@/lib/errors'
import type { Prisma } from '@/lib/generated/prisma/client'
import { ATTEMPTS_MAX, RETRY_AFTER_MS } from './schema'
import type { Outcome } from './send'

/** A webhook that was not removed. Throws not-found. */
export async function webhookById(tx: Tx, id: string) {
  const webhook = await tx.webhook.findFirst({ where: { id, removedAt: null } })
  if (!webhook) throw notFound('such webhook')
  return webhook
}

/** A webhook that one engine works on, until its lease ends. */
export interface ClaimedWebhook {
  id: string
  url: string
  secret: Uint8Array
  secretKey: string | null
}

/** How long a claim lasts; it is renewed before each try, which takes less. Milliseconds. */
export const LEASE_MS = 15_000

/** Takes up to `limit` webhooks with a message that is due and that nobody works on, the longest due first. */
export async function claimWebhooks(sql: Sql, owner: string, nowMs: number, limit: number): Promise<ClaimedWebhook[]> {
  const now = new Date(nowMs)
  return sql.$queryRaw<ClaimedWebhook[]>`
    update webhook set lease_owner = ${owner}::uuid, lease_until = ${new Date(nowMs + LEASE_MS)}
    where id in (
      select id from webhook w where removed_at is null and (lease_until is null or lease_until <= ${now})
        and exists (select from webhook_delivery where webhook_id = w.id and next_at <= ${now})
      order by (select min(next_at) from webhook_delivery where webhook_id = w.id) limit ${limit} for update skip locked)
    returning id, url, secret, secret_key as "secretKey"`
}

/** Pushes a claim on. False when it is lost, or the webhook was removed: stop. */
export async function renewClaim(sql: Sql, webhookId: string, owner: string, nowMs: number): Promise<boolean> {
  const count = await sql.$executeRaw`
    update webhook set lease_until = ${new Date(nowMs + LEASE_MS)}
    where id = ${webhookId}::uuid and lease_owner = ${owner}::uuid and removed_at is null`
  return count === 1
}

export async function releaseClaim(sql: Sql, webhookId: string, owner: string): Promise<void> {
  await sql.$executeRaw`
    update webhook set lease_owner = null, lease_until = null where id = ${webhookId}::uuid and lease_owner = ${owner}::uuid`
}

/** A message that is due. */
export interface DueDelivery {
  id: string
  rolloutId: string | null
  seq: number | null
  body: string
  attempts: number
}

/** The next message of a webhook that is due; one about a rollout waits until all before it about the same rollout were taken or given up. */
export async function nextDue(sql: Sql, webhookId: string, nowMs: number): Promise<DueDelivery | null> {
  const rows = await sql.$queryRaw<DueDelivery[]>`
    select id, rollout_id as "rolloutId", seq, body, attempts from webhook_delivery d
    where webhook_id = ${webhookId}::uuid and next_at <= ${new Date(nowMs)} and not exists (
      select from webhook_delivery before where before.webhook_id = d.webhook_id and before.rollout_id = d.rollout_id and before.seq < d.seq and before.next_at is not null)
    order by next_at, created_at, id limit 1`
  return rows[0] ?? null
}

/**
 * Writes down what came of a try. Taken: the others of this webhook that found nobody there are due at once, for the receiver is there again. Not taken: it
 * is tried later, or given up after the last time.
 */
export async function settleTry(tx: Tx, webhookId: string, due: DueDelivery, { status, error }: Outcome, nowMs: number): Promise<void> {
  const now = new Date(nowMs)
  const attempts = due.attempts + 1
  const waitMs = RETRY_AFTER_MS.at(attempts - 1)
  const nextAt = error === null || attempts >= ATTEMPTS_MAX || waitMs === undefined ? null : new Date(nowMs + waitMs)
  await tx.webhookDelivery.updateMany({
    where: { id: due.id, deliveredAt: null },
    data: { attempts, status, error, triedAt: now, nextAt, deliveredAt: error === null ? now : null },
  })
  if (error !== null) return
  // What the receiver itself refused keeps its pace: it is refused for what it is.
  const unheard = { OR: [{ status: null }, { status: { in: [502, 503, 504] } }] }
  await tx.webhookDelivery.updateMany({ where: { webhookId, nextAt: { gt: now }, ...unheard }, data: { nextAt: now } })
}

/** Messages as they are first stored, due at once. One that is there already stays as it is. */
export async function insertDeliveries(tx: Tx, rows: Prisma.WebhookDeliveryCreateManyInput[]): Promise<number> {
  return rows.length === 0 ? 0 : (await tx.webhookDelivery.createMany({ data: rows, skipDuplicates: true })).count
}

/** How long messages that are done are shown, ms. */
const KEPT_MS = 30 * 86_400_000

/** Drops messages that were taken or given up 30 days ago. Those that wait stay. */
export async function forgetDeliveries(sql: Sql, now: Date): Promise<void> {
  await sql.$executeRaw`delete from webhook_delivery where next_at is null and created_at < ${new Date(now.getTime() - KEPT_MS)}`
}
