import { pool } from '@/lib/db'
import { Wish } from '@/lib/endpoints/wish'
import { nextAction } from './explain'
import { type KeptRollout, toKept } from './store'
import type { RecentCount } from './traffic/store'
import { rowWeights } from './view'
import type { GateVerdict, RolloutRow } from './view-schema'

const WORST: readonly GateVerdict[] = ['fail', 'invalid', 'no-data', 'undecided', 'maturing', 'pass']

/** The worst verdict of the last judgement of each rollout, dry runs apart; one that was never judged is missing. */
export async function worstOf(rolloutIds: readonly string[]): Promise<Map<string, GateVerdict>> {
  if (rolloutIds.length === 0) return new Map()
  const { rows } = await pool().query<{ id: string; verdicts: GateVerdict[] }>(
    `select distinct on (rollout_id) rollout_id as id,
       (select coalesce(array_agg(gate ->> 'verdict'), '{}') from jsonb_array_elements(payload -> 'judgement' -> 'gates') gate
        where (gate ->> 'dryRun') is distinct from 'true') as verdicts
     from ledger where rollout_id = any($1) and kind = 'judged' order by rollout_id, seq desc`,
    [rolloutIds],
  )
  return new Map(
    rows.flatMap(({ id, verdicts }) => {
      const worst = WORST.find((word) => verdicts.includes(word))
      return worst ? [[id, worst] as const] : []
    }),
  )
}

/** One row of the list. */
export function rowOf(
  row: Parameters<typeof toKept>[0] & { endedAt: Date | null },
  places: readonly { clusterId: string; wish: unknown }[],
  { counts, health }: { counts: readonly RecentCount[]; health: GateVerdict | null },
): RolloutRow {
  const rollout = toKept(row)
  const { plan, state } = rollout
  const own = counts.filter((count) => count.endpointId === rollout.endpointId)
  return {
    ...{ id: rollout.id, endpointId: rollout.endpointId, model: plan.endpoint.model, environment: plan.endpoint.environment },
    ...{ strategy: plan.strategy, from: plan.from?.number ?? null, to: plan.to?.number ?? null, phase: state.phase },
    holds: state.phase === 'holding' ? state.holds.map((hold) => hold.reason) : [],
    headline: rollout.headline,
    ...rowWeights(rollout, wishedOf(rollout, places), own),
    health,
    author: rollout.authorName,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    next: nextAction(state),
  }
}

function wishedOf({ plan, state }: KeptRollout, places: readonly { clusterId: string; wish: unknown }[]): number {
  const clusterId = 'place' in state ? plan.waves[state.place.wave]?.clusterId : undefined
  const wish = Wish.safeParse(places.find((place) => place.clusterId === clusterId)?.wish)
  return wish.data?.arms.find((arm) => arm.versionId === plan.to?.id)?.weight ?? 0
}
