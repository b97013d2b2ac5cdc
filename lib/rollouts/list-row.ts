import { pool } from '@/lib/db'
import { Wish } from '@/lib/endpoints/wish'
import { readOr } from '@/lib/stored'
import { nextAction } from './explain'
import { Phase, Strategy } from './schema'
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

/** A rollout as a list reads it. */
type ListedRollout = Parameters<typeof toKept>[0] & {
  strategy: string
  phase: string
  endedAt: Date | null
  endpoint: { model: { slug: string }; environment: { slug: string }; clusters: readonly { clusterId: string; wish: unknown }[] }
}

interface ListedNow {
  counts: readonly RecentCount[]
  health: GateVerdict | null
}

/** One row of the list. A rollout whose plan cannot be read says so, with what is known without it. */
export function rowOf(row: ListedRollout, now: ListedNow): RolloutRow {
  return readOr(
    'plan',
    () => rowByPlan(row, now),
    (unreadable) => ({
      ...{ id: row.id, endpointId: row.endpointId, model: row.endpoint.model.slug, environment: row.endpoint.environment.slug, unreadable },
      ...{ strategy: Strategy.parse(row.strategy), phase: Phase.parse(row.phase), from: null, to: null, holds: [] },
      ...{ headline: row.headline, counted: null, desired: null, health: now.health, author: row.authorName, next: null },
      ...times(row),
    }),
  )
}

function times({ createdAt, endedAt }: ListedRollout) {
  return { createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null }
}

function rowByPlan(row: ListedRollout, { counts, health }: ListedNow): RolloutRow {
  const rollout = toKept(row)
  const { plan, state } = rollout
  const own = counts.filter((count) => count.endpointId === rollout.endpointId)
  return {
    ...{ id: rollout.id, endpointId: rollout.endpointId, model: plan.endpoint.model, environment: plan.endpoint.environment },
    unreadable: null,
    ...{ strategy: plan.strategy, from: plan.from?.number ?? null, to: plan.to?.number ?? null, phase: state.phase },
    holds: state.phase === 'holding' ? state.holds.map((hold) => hold.reason) : [],
    headline: rollout.headline,
    ...rowWeights(rollout, wishedOf(rollout, row.endpoint.clusters), own),
    health,
    author: rollout.authorName,
    ...times(row),
    next: nextAction(state),
  }
}

/** What is wished for next on the cluster where it stands; null: the wish cannot be read. */
function wishedOf({ plan, state }: KeptRollout, places: ListedRollout['endpoint']['clusters']): number | null {
  const clusterId = 'place' in state ? plan.waves[state.place.wave]?.clusterId : undefined
  const stored = places.find((place) => place.clusterId === clusterId)?.wish
  if (!stored) return 0
  const wish = Wish.safeParse(stored)
  return wish.success ? (wish.data.arms.find((arm) => arm.versionId === plan.to?.id)?.weight ?? 0) : null
}
