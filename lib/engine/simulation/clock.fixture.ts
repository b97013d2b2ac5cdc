import pg from 'pg'

/**
 * Makes one number the time of a whole database: `clock_timestamp()` of every later connection reads it, so that commands, ingest and engine run unchanged
 * under a clock that a simulation moves, forward and back. `url`: the owner's address of a database that is thrown away afterwards.
 */
export async function installClock(url: string, nowMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const database = client.escapeIdentifier(client.database ?? '')
  try {
    await client.query(`
      create schema hand_clock;
      create table hand_clock.time (one integer primary key, at timestamptz not null);
      insert into hand_clock.time values (1, to_timestamp(${nowMs / 1_000}));
      create function hand_clock.clock_timestamp() returns timestamptz language sql stable as 'select at from hand_clock.time';
      grant usage on schema hand_clock to public;
      grant select, update on hand_clock.time to public;
      alter table telemetry.source alter first_seen_at set default hand_clock.clock_timestamp(), alter seen_at set default hand_clock.clock_timestamp();
      alter table telemetry.window_5s alter first_at set default hand_clock.clock_timestamp();
      alter database ${database} set search_path = hand_clock, "$user", public, pg_catalog;
      alter database ${database} set synchronous_commit = off`)
  } finally {
    await client.end()
  }
}

const MINUTE_MS = 60_000

/** When a story begins, ms: at a full minute, by which blocks and references are cut, so that what a seed tells is the same within blocks and references at any time. */
export function nextMinute(): number {
  return (Math.ceil(Date.now() / MINUTE_MS) + 1) * MINUTE_MS
}

/** Moves the database's time. */
export async function setClock(pool: pg.Pool, nowMs: number): Promise<void> {
  await pool.query('update hand_clock.time set at = to_timestamp($1::float8 / 1000)', [nowMs])
}
