import type { Tx } from '@/lib/db'

/** Seconds from the start of a version's replicas to its first traffic, the median of the last rollouts to it, by version id; never measured: missing. */
export async function startSeconds(tx: Tx, versionIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ version: string; seconds: number }[]>`
    select r.to_version_id as version,
      percentile_disc(0.5) within group (order by extract(epoch from (
        select min(s.at) from ledger s where s.rollout_id = r.id and s.kind = 'step') - r.started_at))::float8 as seconds
    from rollout r
    where r.to_version_id = any(${[...new Set(versionIds)]}::uuid[]) and r.started_at is not null
      and exists (select from ledger s where s.rollout_id = r.id and s.kind = 'step')
    group by r.to_version_id`
  return new Map(rows.map(({ version, seconds }) => [version, seconds]))
}
