import { db, type Sql } from '@/lib/db'
import { Prisma } from '@/lib/generated/prisma/client'
import { newId } from '@/lib/id'
import { log } from '@/lib/log'
import { knownNow } from '@/lib/rollouts/sentence/store'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import { sentencesOf } from '@/lib/rollouts/view'
import { messageOf } from './message'
import { noticesOf, TOLD_KINDS } from './notices'
import { insertDeliveries } from './store'

/** A ledger row is stored at most this long after its own time: turns and commands end long before. So far behind the cursor it is read again. */
const LATE_MS = 120_000
/** A cursor behind which nothing was found is moved this often: one that stands still costs a write less. */
const MOVE_EVERY_MS = 60_000

/** Rows of one rollout's ledger that one webhook was not told of yet. */
interface Untold {
  webhookId: string
  rolloutId: string
  seqs: number[]
}

const KINDS = Prisma.raw(TOLD_KINDS.map((kind) => `'${kind}'`).join(', '))

/**
 * What each team's webhooks were not told of yet. The kinds, and the earliest cursor as a value, stand in the statement itself, so that the index of just these
 * rows serves it, from its late end: a house with years of ledgers is asked no more than one with days.
 */
async function readUntold(sql: Sql, nowMs: number): Promise<Untold[]> {
  const [{ first }] = await sql.$queryRaw<[{ first: Date | null }]>`select min(cursor) as first from webhook where removed_at is null`
  if (!first) return []
  const now = new Date(nowMs)
  const from = new Date(Math.min(first.getTime(), nowMs) - LATE_MS)
  return sql.$queryRaw<Untold[]>`
    select w.id as "webhookId", l.rollout_id as "rolloutId", array_agg(l.seq order by l.seq) as seqs
    from ledger l join rollout r on r.id = l.rollout_id join endpoint e on e.id = r.endpoint_id join model m on m.id = e.model_id
      join webhook w on w.team_id = m.team_id
    where l.kind in (${KINDS}) and l.at > ${from} and w.removed_at is null
      and l.at >= w.created_at and l.at > least(w.cursor, ${now}) - ${LATE_MS} * interval '1 ms'
      and not exists (select from webhook_delivery d where d.webhook_id = w.id and d.rollout_id = l.rollout_id and d.seq = l.seq)
    group by w.id, l.rollout_id`
}

/**
 * Reads what was written into the ledgers since, and stores one message per webhook and notice, in one transaction with the webhooks' cursors. The ledger is
 * the outbox: what an engine was not there to read is read later, and what two of them read at once is stored once. Returns how many messages are new.
 */
export async function fillOutbox(origin: string, nowMs: number): Promise<number> {
  const untold = await readUntold(db(), nowMs)
  const failed = new Set<string>()
  const rows: Prisma.WebhookDeliveryCreateManyInput[] = []
  for (const rolloutId of new Set(untold.map((each) => each.rolloutId))) {
    const asking = untold.filter((each) => each.rolloutId === rolloutId)
    try {
      rows.push(...(await deliveriesOf(rolloutId, asking, origin, nowMs)))
    } catch (error) {
      // One rollout that cannot be read keeps no other from being told; its webhooks' cursors wait for it.
      log.error({ err: error, rollout: rolloutId }, 'a notice could not be made; it is tried again')
      for (const { webhookId } of asking) failed.add(webhookId)
    }
  }
  if (rows.length === 0) {
    await moveCursors(db(), [], failed, nowMs)
    return 0
  }
  return db().$transaction(async (tx) => {
    const stored = await insertDeliveries(tx, rows)
    await moveCursors(
      tx,
      rows.map((row) => row.webhookId),
      failed,
      nowMs,
    )
    return stored
  })
}

/** Everything up to now was read: for those that were told, and for those whose cursor is old. */
async function moveCursors(sql: Sql, told: readonly string[], failed: ReadonlySet<string>, nowMs: number): Promise<void> {
  const now = new Date(nowMs)
  await sql.$executeRaw`
    update webhook set cursor = ${now}
    where removed_at is null and id <> all(${[...failed]}::uuid[])
      and (id = any(${[...told]}::uuid[]) or cursor < ${new Date(nowMs - MOVE_EVERY_MS)} or cursor > ${now})`
}

async function deliveriesOf(
  rolloutId: string,
  asking: readonly Untold[],
  origin: string,
  nowMs: number,
): Promise<Prisma.WebhookDeliveryCreateManyInput[]> {
  const notices = noticesOf(await readLedger(db(), rolloutId, TOLD_KINDS))
  const wanted = asking.flatMap(({ webhookId, seqs }) =>
    notices.filter(({ seq }) => seqs.includes(seq)).map((notice) => ({ webhookId, notice })),
  )
  if (wanted.length === 0) return []
  const rollout = await findRollout(db(), rolloutId)
  if (!rollout) throw new Error('The rollout is not there.')
  const said = sentencesOf({ rollout, ...(await knownNow(rollout, new Date(nowMs))), now: nowMs })
  return wanted.map(({ webhookId, notice }) => ({
    id: newId(),
    webhookId,
    rolloutId,
    seq: notice.seq,
    type: notice.type,
    body: JSON.stringify(messageOf(rollout, notice, said, origin, nowMs)),
    createdAt: new Date(nowMs),
    nextAt: new Date(nowMs),
  }))
}
