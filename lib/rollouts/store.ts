import type { Sql, Tx } from '@/lib/db'
import type { LedgerEvent, LedgerLine } from './ledger'
import { LIVE_PHASES, type Phase, PlanDocument, TERMINAL_PHASES } from './schema'
import type { RolloutState } from './state'
import type { Judgement } from './verdict'

/** A rollout as its keeper reads it. Times in ms since epoch. */
export interface KeptRollout {
  id: string
  endpointId: string
  plan: PlanDocument
  planHash: string
  state: RolloutState
  revision: number
  headline: string
  authorId: string
  authorName: string
  createdAt: number
  startedAt: number | null
}

// Plans never change, so one parse per hash is enough; bounded, because a process lives long.
const plans = new Map<string, PlanDocument>()
const PLANS_MAX = 2_000

function parsePlan(hash: string, document: unknown): PlanDocument {
  const known = plans.get(hash)
  if (known) return known
  const plan = PlanDocument.parse(document)
  if (plans.size >= PLANS_MAX) plans.clear()
  plans.set(hash, plan)
  return plan
}

interface RolloutRow {
  id: string
  endpointId: string
  planHash: string
  plan: { document: unknown }
  state: unknown
  revision: number
  headline: string
  authorId: string
  authorName: string
  createdAt: Date
  startedAt: Date | null
}

const withPlan = { plan: { select: { document: true } } } as const

export function toKept(row: RolloutRow): KeptRollout {
  return {
    id: row.id,
    endpointId: row.endpointId,
    plan: parsePlan(row.planHash, row.plan.document),
    planHash: row.planHash,
    // Only the machine writes this column.
    state: row.state as RolloutState,
    revision: row.revision,
    headline: row.headline,
    authorId: row.authorId,
    authorName: row.authorName,
    createdAt: row.createdAt.getTime(),
    startedAt: row.startedAt?.getTime() ?? null,
  }
}

export async function findRollout(tx: Tx, id: string): Promise<KeptRollout | null> {
  const row = await tx.rollout.findUnique({ where: { id }, include: withPlan })
  return row && toKept(row)
}

/** What decides about an endpoint. */
export interface Governing {
  /** At most one. */
  live: KeptRollout | null
  /** The rollout that ended last, apart from those that never moved anything: it says what stays warm, watched, or another's. Null while one is live. */
  last: KeptRollout | null
  /** Rollouts that wait for approval, oldest first. */
  awaiting: KeptRollout[]
}

/** The rollouts that decide about an endpoint. */
export async function findGoverning(tx: Tx, endpointId: string): Promise<Governing> {
  return governingOf(await findAllGoverning(tx, [endpointId]), endpointId)
}

/** Those of one endpoint, out of what was read for many. */
export function governingOf(read: ReadonlyMap<string, Governing>, endpointId: string): Governing {
  return read.get(endpointId) ?? { live: null, last: null, awaiting: [] }
}

/**
 * The rollouts that decide about endpoints, in one query, since every turn of an engine asks for them; a plan is read only where it is not known yet. An
 * endpoint that never had one is missing from the answer.
 */
export async function findAllGoverning(tx: Tx, endpointIds: readonly string[]): Promise<Map<string, Governing>> {
  const ids = [...endpointIds]
  const ended = TERMINAL_PHASES.filter((phase) => phase !== 'cancelled')
  const rows = await tx.$queryRaw<Omit<RolloutRow, 'plan'>[]>`
    select id, endpoint_id as "endpointId", plan_hash as "planHash", state, revision, headline, author_id as "authorId", author_name as "authorName",
      created_at as "createdAt", started_at as "startedAt"
    from rollout where endpoint_id = any(${ids}::uuid[]) and (phase = any(${['awaiting-approval', ...LIVE_PHASES]}::text[])
      or id in (select distinct on (endpoint_id) id from rollout where endpoint_id = any(${ids}::uuid[]) and phase = any(${ended}::text[])
        order by endpoint_id, ended_at desc))
    order by created_at, id`
  const unknown = rows.map((row) => row.planHash).filter((hash) => !plans.has(hash))
  const read = unknown.length > 0 ? await tx.plan.findMany({ where: { hash: { in: unknown } } }) : []
  const documents = new Map(read.map((plan) => [plan.hash, plan.document]))
  const byEndpoint = new Map<string, KeptRollout[]>()
  for (const row of rows) {
    const kept = byEndpoint.get(row.endpointId) ?? []
    kept.push(toKept({ ...row, plan: { document: documents.get(row.planHash) } }))
    byEndpoint.set(row.endpointId, kept)
  }
  return new Map([...byEndpoint].map(([id, kept]) => [id, sorted(kept)]))
}

function sorted(kept: readonly KeptRollout[]): Governing {
  const live = kept.find(({ state }) => LIVE_PHASES.some((phase) => phase === state.phase)) ?? null
  return {
    live,
    last: live ? null : (kept.find(({ state }) => isTerminal(state.phase)) ?? null),
    awaiting: kept.filter(({ state }) => state.phase === 'awaiting-approval'),
  }
}

/** The endpoint's live rollout; there is at most one. */
export async function findLive(tx: Tx, endpointId: string): Promise<KeptRollout | null> {
  return (await findGoverning(tx, endpointId)).live
}

/** The rollout that ended last, apart from those that never moved anything: it says what stays warm, watched, or another's. */
export async function findLastEnded(tx: Tx, endpointId: string): Promise<KeptRollout | null> {
  const row = await tx.rollout.findFirst({
    where: { endpointId, phase: { in: TERMINAL_PHASES.filter((phase) => phase !== 'cancelled') } },
    include: withPlan,
    orderBy: { endedAt: 'desc' },
  })
  return row && toKept(row)
}

/** A rollout as it begins: its frozen plan and the state that the machine gave it. */
export interface NewRollout {
  plan: PlanDocument
  planHash: string
  state: RolloutState
  events: readonly LedgerEvent[]
  headline: string
  author: { id: string; name: string }
  now: Date
}

/** Stores a plan and its new rollout, with the first ledger rows. */
export async function insertRollout(tx: Tx, input: NewRollout): Promise<void> {
  const { plan, planHash, state, now, author } = input
  await tx.plan.createMany({ data: { hash: planHash, document: plan, createdAt: now }, skipDuplicates: true })
  await tx.rollout.create({
    data: {
      id: plan.rolloutId,
      endpointId: plan.endpoint.id,
      planHash,
      strategy: plan.strategy,
      fromVersionId: plan.from?.id ?? null,
      toVersionId: plan.to?.id ?? null,
      phase: state.phase,
      state: json(state),
      headline: input.headline,
      authorId: author.id,
      authorName: author.name,
      createdAt: now,
      startedAt: state.phase === 'awaiting-approval' ? null : now,
    },
  })
  await appendLedger(tx, plan.rolloutId, input.events, now)
}

/** Writes what the machine made of a rollout. The revision counts changes of state that a person can see, not observations. */
export async function saveRollout(tx: Tx, rollout: KeptRollout, next: RolloutState, headline: string, now: Date): Promise<void> {
  const started = rollout.startedAt === null && rollout.state.phase === 'awaiting-approval' && next.phase === 'starting'
  const ended = !isTerminal(rollout.state.phase) && isTerminal(next.phase)
  const before = ended ? await tx.rollout.aggregate({ where: { endpointId: rollout.endpointId }, _max: { endedAt: true } }) : null
  // The last to end says what stays: also when the clock was set back meanwhile.
  const endedAt = new Date(Math.max(now.getTime(), (before?._max.endedAt?.getTime() ?? 0) + 1))
  await tx.rollout.update({
    where: { id: rollout.id },
    data: {
      phase: next.phase,
      state: json(next),
      headline,
      ...(visible(rollout.state) === visible(next) ? {} : { revision: { increment: 1 } }),
      ...(started ? { startedAt: now } : {}),
      ...(ended ? { endedAt } : {}),
      ...(next.phase === 'promoted' ? { watchUntil: next.watchUntil === null ? null : new Date(next.watchUntil) } : {}),
    },
  })
}

export function isTerminal(phase: Phase): boolean {
  return TERMINAL_PHASES.some((terminal) => terminal === phase)
}

/** What a person decides by: phase, place and holds. A click is stale when this changed under it. */
function visible(state: RolloutState): string {
  const place = 'place' in state ? state.place : null
  const holds = state.phase === 'holding' ? state.holds.map((hold) => hold.reason).sort() : []
  return JSON.stringify([state.phase, place, holds, 'promoteNow' in state && state.promoteNow])
}

/** Appends to a rollout's ledger; the caller holds the endpoint's row, so that no seq is taken twice. Returns the last seq. */
export async function appendLedger(tx: Tx, rolloutId: string, events: readonly LedgerEvent[], now: Date): Promise<void> {
  if (events.length === 0) return
  const last = await tx.ledger.aggregate({ where: { rolloutId }, _max: { seq: true } })
  const first = (last._max.seq ?? 0) + 1
  await tx.ledger.createMany({
    data: events.map(({ kind, ...payload }, i) => ({ rolloutId, seq: first + i, at: now, kind, payload: json(payload) })),
  })
}

/** A rollout's ledger in order, all of it or only some kinds, after row `afterSeq`. */
export async function readLedger(tx: Tx, rolloutId: string, kinds?: readonly LedgerEvent['kind'][], afterSeq = 0): Promise<LedgerLine[]> {
  const rows = await tx.ledger.findMany({
    where: { rolloutId, seq: { gt: afterSeq }, ...(kinds ? { kind: { in: [...kinds] } } : {}) },
    orderBy: { seq: 'asc' },
  })
  return rows.map(lineOf)
}

/** Several ledgers, each after the row that `after` says by rollout, in order. */
export async function readLedgersAfter(sql: Sql, after: ReadonlyMap<string, number>): Promise<Map<string, LedgerLine[]>> {
  const rows = await sql.$queryRaw<{ rolloutId: string; seq: number; at: Date; kind: string; payload: object }[]>`
    select l.rollout_id as "rolloutId", l.seq, l.at, l.kind, l.payload
    from unnest(${[...after.keys()]}::uuid[], ${[...after.values()]}::int[]) as read(rollout, seq) join ledger l on l.rollout_id = read.rollout and l.seq > read.seq
    order by l.seq`
  const lines = new Map<string, LedgerLine[]>()
  for (const row of rows) lines.set(row.rolloutId, [...(lines.get(row.rolloutId) ?? []), lineOf(row)])
  return lines
}

function lineOf({ seq, at, kind, payload }: { seq: number; at: Date; kind: string; payload: unknown }): LedgerLine {
  // Only appendLedger writes this table.
  return { seq, at: at.getTime(), event: { kind, ...(payload as object) } as LedgerEvent }
}

/** The last judgement that was written down; null before any. */
export async function findLastJudgement(tx: Tx, rolloutId: string): Promise<Judgement | null> {
  const row = await tx.ledger.findFirst({ where: { rolloutId, kind: 'judged' }, orderBy: { seq: 'desc' }, select: { payload: true } })
  // Only appendLedger writes this table.
  return row ? (row.payload as unknown as { judgement: Judgement }).judgement : null
}

/** A value as a JSON column takes it: plain, without undefined. */
function json(value: object) {
  return JSON.parse(JSON.stringify(value))
}
