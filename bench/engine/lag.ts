import pg from 'pg'

/** Notes how late each turn was claimed, by a trigger of the bench's own: what the engine stores says nothing of it. */
export class LagRecord {
  readonly #pool: pg.Pool

  constructor(ownerUrl: string) {
    this.#pool = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  }

  async install(): Promise<void> {
    await this.#pool.query(`
      create table bench_claim (endpoint uuid not null, owner uuid not null, late_ms float8 not null, at timestamptz not null default clock_timestamp());
      grant insert on bench_claim to slipway_app;
      create function bench_note_claim() returns trigger language plpgsql as $$
        begin
          insert into bench_claim (endpoint, owner, late_ms) values (new.id, new.lease_owner, extract(epoch from clock_timestamp() - old.wake_at) * 1000);
          return null;
        end $$;
      create trigger bench_note_claim after update on endpoint for each row
        when (new.lease_owner is not null and old.lease_owner is distinct from new.lease_owner) execute function bench_note_claim();`)
  }

  async forget(): Promise<void> {
    await this.#pool.query('truncate bench_claim')
  }

  /** Turns claimed since `forget`, and how late: quantiles in ms. */
  async read(): Promise<{ turns: number; p50: number; p99: number }> {
    const { rows } = await this.#pool.query<{ turns: string; p50: number | null; p99: number | null }>(
      `select count(*) as turns, percentile_cont(0.5) within group (order by late_ms) as p50,
              percentile_cont(0.99) within group (order by late_ms) as p99 from bench_claim`,
    )
    const [{ turns, p50, p99 }] = rows
    return { turns: Number(turns), p50: p50 ?? 0, p99: p99 ?? 0 }
  }

  /** How many engines have claimed anything since `forget`. */
  async engines(): Promise<number> {
    const { rows } = await this.#pool.query<{ n: string }>('select count(distinct owner) as n from bench_claim')
    return Number(rows[0].n)
  }

  /** Endpoints that no engine has claimed since then. */
  async unclaimed(since: Date): Promise<number> {
    const { rows } = await this.#pool.query<{ n: string }>(
      'select count(*) as n from endpoint where not exists (select from bench_claim where endpoint = endpoint.id and at > $1)',
      [since],
    )
    return Number(rows[0].n)
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
