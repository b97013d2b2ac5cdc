import type { Sql } from '@/lib/db'

/** How often a process says that it lives, and when a page calls it silent. Milliseconds. */
export const HEARTBEAT_MS = 2_000

/** A process that lives. `sealingKey`: the public name of the key with which it opens credentials. */
interface Alive {
  id: string
  kind: 'engine'
  startedAt: Date
  detail: { sealingKey: string | null }
}

/** Writes this process's row; the time is Postgres's. Rows silent for a day are dropped, so that restarts do not pile up. */
export async function beat(sql: Sql, { id, kind, startedAt, detail }: Alive): Promise<void> {
  await sql.$executeRaw`
    insert into process (id, kind, started_at, seen_at, detail) values (${id}::uuid, ${kind}, ${startedAt}, clock_timestamp(), ${detail}::jsonb)
    on conflict (id) do update set seen_at = excluded.seen_at`
  await sql.$executeRaw`delete from process where kind = ${kind} and seen_at < clock_timestamp() - interval '1 day'`
}

/** Says that this process ended of its own will. */
export async function farewell(sql: Sql, id: string): Promise<void> {
  await sql.$executeRaw`delete from process where id = ${id}::uuid`
}
