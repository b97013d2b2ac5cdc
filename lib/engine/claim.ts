import type { Sql } from '@/lib/db'

/** Nothing is ever put off for longer: what seems to be was written before the clock was set back, and is due. */
const FAR_MS = 60_000

/** A claim is lost when the lease ends: another engine takes over with a higher fence, and everything this one still does is refused. */
export const LEASE_MS = 12_000

export interface Claim {
  endpointId: string
  /** Sent with every write to a cluster; +1 at each claim. */
  fence: number
  owner: string
  /** When it was claimed, ms: the time of the whole turn. */
  atMs: number
  /** How long it had been due by then, ms. */
  lateMs: number
}

/**
 * Takes up to `limit` due endpoints that nobody holds; a retired one until all its clusters have acknowledged that they serve it no more. `wake_at` is set to the lease's end, so that an earlier `wake_at` found at release is a wake
 * that came in between.
 */
export async function claimDue(sql: Sql, owner: string, nowMs: number, limit: number): Promise<Claim[]> {
  const now = new Date(nowMs)
  const until = new Date(nowMs + LEASE_MS)
  const far = new Date(nowMs + FAR_MS)
  const rows = await sql.$queryRaw<{ id: string; fence: bigint; due: Date }[]>`
    update endpoint set fence = fence + 1, lease_owner = ${owner}::uuid, lease_until = ${until}, wake_at = ${until}
    from (
      select id as due_id, wake_at as due from endpoint where (wake_at <= ${now} or wake_at > ${far}) and (lease_until is null or lease_until <= ${now} or lease_until > ${far}) and (removed_at is null or exists (
        select from endpoint_cluster place join environment_cluster there using (cluster_id)
        where place.endpoint_id = endpoint.id and there.environment_id = endpoint.environment_id
          and place.acknowledged_generation is distinct from place.generation))
      order by wake_at limit ${limit} for update skip locked
    ) as taken where id = due_id
    returning id, fence, due`
  return rows.map(({ id, fence, due }) => {
    const lateMs = Math.max(0, nowMs - due.getTime())
    return { endpointId: id, fence: Number(fence), owner, atMs: nowMs, lateMs }
  })
}

/** Pushes the lease on. False when the claim is lost: stop, and change nothing more. */
export async function renew(sql: Sql, claim: Claim, nowMs: number): Promise<boolean> {
  const until = new Date(nowMs + LEASE_MS)
  const count = await sql.$executeRaw`
    update endpoint set wake_at = case when wake_at = lease_until then ${until} else wake_at end, lease_until = ${until}
    where id = ${claim.endpointId}::uuid and lease_owner = ${claim.owner}::uuid and fence = ${claim.fence}`
  return count === 1
}

/** Gives the endpoint back, to be looked at again at `wakeMs`, or at once if it was woken meanwhile. A lost claim is nobody's to release. */
export async function release(sql: Sql, claim: Claim, wakeMs: number): Promise<void> {
  await sql.$executeRaw`
    update endpoint set wake_at = case when wake_at = lease_until then ${new Date(wakeMs)} else wake_at end, lease_owner = null, lease_until = null
    where id = ${claim.endpointId}::uuid and lease_owner = ${claim.owner}::uuid and fence = ${claim.fence}`
}
