import { SLOT_MS } from '@/lib/clock'
import { pool } from '@/lib/db'
import { measuresOf } from '@/lib/rollouts/lane'
import type { Gate, OutcomeGate } from '@/lib/rollouts/schema'
import { type Arm, type ArmVersions, armOf, both } from './telemetry'

/** Outcomes of one kind: hits x of n, and the sum of the seconds that they took to come. */
export interface OutcomeCount {
  x: number
  n: number
  delaySum: number
}

/** Outcomes that came in one slot, of predictions of one generation, arm and segment; by kind: right or wrong first, then the gates' own in their order. */
export interface ArmOutcomes {
  clusterId: string
  slotMs: number
  generation: number
  arm: Arm
  /** 0: in none. */
  segment: number
  kinds: OutcomeCount[]
}

interface Row {
  cluster_id: string
  slot: string
  generation: number
  version_id: string
  segment: number
  x: string[]
  n: string[]
  delay: (number | null)[]
}

/**
 * A uniform number in [0, 1) from the random end of a request id, always the same for the same id. A squared error above it is a hit, so that the share of hits
 * is the Brier score itself: a mean as a coin, which needs no sums of squares and no bound on their tails.
 */
const UNIFORM = "(('x' || right(replace(o.id::text, '-', ''), 12))::bit(48)::bigint / 281474976710656.0)"

/** What is counted of one kind of outcome, as SQL over telemetry.outcome `o`; `bind` names a parameter. */
function conditions(gate: OutcomeGate, bind: (value: unknown) => string): { trial: string; hit: string } {
  if (gate.metric === 'business') {
    const sign = gate.bad === 'below' ? '<' : '>'
    return { trial: `o.metric = ${bind(gate.name)}::text`, hit: `o.value ${sign} ${bind(Math.fround(gate.threshold))}::real` }
  }
  switch (gate.kind) {
    case 'off-by':
      return {
        trial: "o.metric = '' and o.score is not null",
        hit: `abs(o.score - o.value) > ${bind(Math.fround(gate.threshold ?? 0))}::real`,
      }
    case 'recall':
      return { trial: "o.metric = '' and o.value >= 0.5", hit: 'o.positive is not true' }
    case 'brier':
      return { trial: "o.metric = '' and o.score is not null", hit: `power(o.score - o.value, 2) > ${UNIFORM}` }
  }
}

/** Outcomes matched in the slots of `slotMs` length in [fromMs, toMs), of predictions made since `sinceMs` (it names the partitions to look at). */
export async function readOutcomes(
  of: { endpointId: string; gates: readonly Gate[] },
  versions: ArmVersions,
  range: { fromMs: number; toMs: number; sinceMs: number; slotMs?: number },
): Promise<ArmOutcomes[]> {
  if (range.toMs <= range.fromMs) return []
  const [from, to, since] = [range.fromMs, range.toMs, range.sinceMs].map((ms) => new Date(ms))
  const values: unknown[] = [of.endpointId, both(versions), from, to, since, range.slotMs ?? SLOT_MS]
  const bind = (value: unknown) => `$${values.push(value)}`
  const label = { trial: "o.metric = ''", hit: 'o.positive is distinct from (o.value >= 0.5)' }
  const kinds = [label, ...measuresOf(of.gates).map((gate) => conditions(gate, bind))]
  const each = (sql: (kind: { trial: string; hit: string }) => string) => `array[${kinds.map(sql).join(', ')}]`
  const { rows } = await pool().query<Row>(
    `select s.cluster_id, floor(extract(epoch from o.matched_at) * 1000 / $6) * $6 as slot, o.generation, s.version_id, o.segment,
       ${each(({ trial, hit }) => `count(*) filter (where ${trial} and ${hit})`)} as x, ${each(({ trial }) => `count(*) filter (where ${trial})`)} as n,
       ${each(({ trial }) => `sum(extract(epoch from o.matched_at - o.at)) filter (where ${trial})`)}::float8[] as delay
     from telemetry.series s join telemetry.outcome o on o.series = s.id
     where s.endpoint_id = $1 and s.version_id = any($2::uuid[]) and s.segment = 0 and s.role in ('live', 'candidate')
       and o.matched_at >= $3 and o.matched_at < $4 and o.at >= $5
     group by 1, 2, 3, 4, 5 order by 2`,
    values,
  )
  return rows.map((row) => ({
    clusterId: row.cluster_id,
    slotMs: Number(row.slot),
    generation: row.generation,
    arm: armOf(row.version_id, versions),
    segment: row.segment,
    kinds: row.n.map((n, k) => ({ x: Number(row.x[k]), n: Number(n), delaySum: row.delay[k] ?? 0 })),
  }))
}
