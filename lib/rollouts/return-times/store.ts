import type { Sql, Tx } from '@/lib/db'
import type { LedgerEvent, LedgerLine, ReturnTimes } from '../ledger'
import { readRecord } from '../record/store'
import { appendLedger, findRollout, type KeptRollout, readLedger } from '../store'
import { type Begun, firstBadSlot, givenUp, returnsOf, writtenAt } from './times'

/** A return that was not counted as done by then is written down without it. Milliseconds. */
const GIVE_UP_MS = 10 * 60_000
/** Rollouts that ended longer ago are not looked at again. */
const LOOKED_AT_MS = 30 * 60_000
/** As the third tick of the page: so long after the acknowledgement a report without a row says zero. */
const COUNTED_AFTER_MS = 1_000
const SHARE_MAX = 0.01

/** Rollouts with a return, of all or of one wave, under way or just ended, whose times are not in the ledger yet. */
export async function findUnmeasured(tx: Sql, now: Date): Promise<{ id: string; endpointId: string }[]> {
  const since = new Date(now.getTime() - LOOKED_AT_MS)
  return tx.$queryRaw<{ id: string; endpointId: string }[]>`
    select r.id, r.endpoint_id as "endpointId" from rollout r
    where (r.ended_at is null or r.ended_at > ${since}) and (
      (r.phase in ('returning', 'returned', 'aborted') or (r.strategy = 'return' and r.phase in ('progressing', 'holding', 'promoted')))
        and not exists (select from ledger l where l.rollout_id = r.id and l.kind = 'safe' and not l.payload ? 'of')
      or exists (select from ledger w where w.rollout_id = r.id and w.kind = 'wave-returned' and w.at > ${since}
        and not exists (select from ledger l where l.rollout_id = r.id and l.kind = 'safe' and (l.payload->>'of')::bigint = w.seq)))
    limit 100`
}

/** Appends the five times of each return once the last is known, or given up. The caller holds the endpoint's row. True when some were written. */
export async function measureReturn(tx: Tx, rolloutId: string, now: Date): Promise<boolean> {
  const rollout = await findRollout(tx, rolloutId)
  if (!rollout) return false
  const lines = await readLedger(tx, rolloutId, [...READ])
  const done = new Set(lines.flatMap(({ event }) => (event.kind === 'safe' ? [event.of ?? null] : [])))
  const open = returnsOf(rollout.plan, lines).filter(({ alone }) => !done.has(alone?.of ?? null))
  const events: LedgerEvent[] = []
  for (const begun of open) {
    const times = await timesOf(tx, rollout, lines, begun, now)
    if (times) events.push({ kind: 'safe', times, ...(begun.alone ? { of: begun.alone.of, wave: begun.alone.wave } : {}) })
  }
  if (events.length > 0) await appendLedger(tx, rolloutId, events, now)
  return events.length > 0
}

/** null: it is not known yet when its traffic was counted as gone. */
async function timesOf(tx: Tx, rollout: KeptRollout, lines: readonly LedgerLine[], begun: Begun, now: Date): Promise<ReturnTimes | null> {
  const written = writtenAt(begun, lines)
  const counted = written === null ? null : await countedAt(tx, rollout.endpointId, begun, written)
  if (counted === null && now.getTime() - begun.decided < GIVE_UP_MS) return null
  const { inputs } = await readRecord(tx, rollout.id, null)
  const rows = inputs.flatMap(({ input }) =>
    input.kind === 'evidence' || input.kind === 'labels' ? [{ kind: input.kind, row: input.row }] : [],
  )
  const labels = begun.blamed !== null && rollout.plan.gates.some((gate) => gate.metric === begun.blamed && LABELLED.includes(gate.metric))
  const over = givenUp(rollout.plan, lines, begun)
  const judged = rows
    .filter(({ kind, row }) => (kind === 'labels') === labels && begun.clusterIds.includes(row.cluster))
    .filter(({ row }) => row.generation > (over.get(row.cluster) ?? -1))
    .map((each) => each.row)
  const firstBad = firstBadSlot(rollout.plan, judged, begun)
  return { firstBad, decided: begun.decided, wished: begun.wished, written, counted }
}

const READ = ['launched', 'returning', 'wished', 'written', 'acknowledged', 'wave-returned', 'safe'] as const

const LABELLED: readonly string[] = ['accuracy', 'accuracy-floor', 'quality', 'business']

/** When counts under the new generation first showed less than 1 % for the bad version, on the last of its clusters; null: not yet. */
async function countedAt(tx: Tx, endpointId: string, begun: Begun, written: number): Promise<number | null> {
  const until = begun.alone?.until ?? null
  const rows = await tx.$queryRaw<{ cluster: string; bad: number; n: number; at: Date }[]>`
    select s.cluster_id as cluster, coalesce(sum(w.n) filter (where s.version_id = ${begun.badVersionId}::uuid), 0)::float8 as bad, sum(w.n)::float8 as n,
      min(w.first_at) as at
    from telemetry.series s join telemetry.window_5s w on w.series = s.id
    where s.endpoint_id = ${endpointId}::uuid and s.segment = 0 and s.role in ('live', 'candidate') and w.generation >= ${begun.generation}
      and (${until}::bigint is null or w.generation < ${until}::bigint)
      and w.slot >= ${new Date(begun.wished - 10_000)}
    group by s.cluster_id`
  const marks = await tx.$queryRaw<{ cluster: string; watermark: Date }[]>`
    select cluster_id as cluster, max(watermark) as watermark from telemetry.endpoint_source
    where endpoint_id = ${endpointId}::uuid and cluster_id = any(${[...begun.clusterIds]}::uuid[]) group by cluster_id`
  const times = begun.clusterIds.map((id) => {
    const row = rows.find((each) => each.cluster === id)
    if (row && row.n > 0) return row.bad / row.n < SHARE_MAX ? Math.max(written, row.at.getTime()) : null
    const mark = marks.find((each) => each.cluster === id)?.watermark.getTime() ?? 0
    // Nobody called: a report past the acknowledgement that counts nothing says zero.
    return mark >= written + COUNTED_AFTER_MS ? written + COUNTED_AFTER_MS : null
  })
  return times.some((at) => at === null) ? null : Math.max(...times.map(Number))
}

/** The times of the return of all; null: not measured (yet). */
export async function findTimes(tx: Tx, rolloutId: string): Promise<ReturnTimes | null> {
  const lines = await readLedger(tx, rolloutId, ['safe'])
  return lines.flatMap(({ event }) => (event.kind === 'safe' && event.of === undefined ? [event.times] : [])).at(-1) ?? null
}
