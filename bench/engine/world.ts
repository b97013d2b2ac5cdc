import { createSketch, type LatencySketch, record } from '@/lib/analysis/sketch'
import { encodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import { FakeCluster } from '@/lib/drivers/fake'
import { newId } from '@/lib/id'
import { SLOT_MS, slotOf } from '@/lib/rollouts/evidence'
import { Gate, Pace, Policy } from '@/lib/rollouts/schema'
import { engineerOf, launchSecond, type Placed, registerEndpoints, registerSite, registerTeam, type Site } from '../registered'

/** Requests of one endpoint in one slot. */
const REQUESTS = 250
/** A canary that stays at its first step however long it is looked at. */
const PACE = Pace.parse({ burnIn: 0, minDwell: 86_400, maxDwell: 7 * 86_400, noDataAfter: 3_600 })

/** Endpoints on one fake cluster, with the traffic that gateways would report: every 5 s a row per arm. */
export class World {
  readonly fake = new FakeCluster(() => Date.now())
  #site: Site | undefined
  readonly #boot = newId()
  readonly #endpoints: Placed[] = []
  readonly #series = new Map<string, number>()
  #source = 0
  #flushedMs = 0

  get #at(): Site {
    if (!this.#site) throw new Error('The world is made first.')
    return this.#site
  }

  get fakes(): Map<string, FakeCluster> {
    return new Map([[this.#at.clusterId, this.fake]])
  }

  async make(): Promise<void> {
    const gates = [Gate.parse({ metric: 'errors' }), Gate.parse({ metric: 'latency' })]
    const policy = Policy.parse({ approvals: 0, alias: null, steps: [1_000, 10_000], gates, pace: PACE })
    this.#site = await registerSite(await registerTeam(), { name: 'bench', driver: 'fake', config: {} }, policy)
    const { rows } = await pool().query<{ id: number }>(
      `insert into telemetry.source (cluster_id, boot, watermark, first_seen_at, seen_at) values ($1, $2, now(), now(), now()) returning id`,
      [this.#at.clusterId, this.#boot],
    )
    this.#source = rows[0].id
  }

  /** Endpoints with a live version, up to `total` of them. */
  async grow(total: number): Promise<void> {
    const fresh = await registerEndpoints(this.#at, total - this.#endpoints.length)
    this.#endpoints.push(...fresh)
    await this.#nameSeries(fresh)
  }

  async #nameSeries(fresh: readonly Placed[]): Promise<void> {
    const arms = fresh.flatMap(({ id, versions: [live, next] }) => [
      { id, version: live, role: 'live' },
      { id, version: next, role: 'candidate' },
    ])
    const { rows } = await pool().query<{ id: number; version_id: string }>(
      `insert into telemetry.series (endpoint_id, version_id, role, cluster_id)
       select e, v, r, $4 from unnest($1::uuid[], $2::uuid[], $3::text[]) as arms(e, v, r) returning id, version_id`,
      [arms.map((arm) => arm.id), arms.map((arm) => arm.version), arms.map((arm) => arm.role), this.#at.clusterId],
    )
    for (const row of rows) this.#series.set(row.version_id, row.id)
  }

  /** Launches the second version wherever it is not under way yet. */
  async launch(from: number): Promise<void> {
    const actor = engineerOf(this.#at.teamId)
    for (const endpoint of this.#endpoints.slice(from)) await launchSecond(actor, this.#at, endpoint)
  }

  /** What gateways report at `atMs`: the slot that ended before it, by the weights that the fake cluster routes by, and their watermark. */
  async flush(atMs: number): Promise<void> {
    const slotMs = slotOf(atMs) - SLOT_MS
    if (slotMs !== this.#flushedMs) await this.#count(new Date(slotMs))
    this.#flushedMs = slotMs
    await pool().query('update telemetry.source set watermark = $2, seen_at = $2 where boot = $1', [this.#boot, new Date(atMs)])
  }

  async #count(slot: Date): Promise<void> {
    const rows = this.#endpoints.flatMap(({ id }) => {
      const held = this.fake.observed(id)
      return (held?.arms ?? []).flatMap((arm) => {
        const n = Math.round((REQUESTS * arm.weight) / 10_000)
        const series = this.#series.get(arm.versionId)
        return n > 0 && series !== undefined ? [{ series, generation: held?.generation ?? 0, n, latency: latencyOf(n) }] : []
      })
    })
    await pool().query(
      `insert into telemetry.window_5s (series, slot, source, generation, n, bad, client_errors, shed, aborted, fallback, latency_sum_ms, latency_max_ms, latency, label_rate)
       select r.series, $1, $2, r.generation, r.n, 0, 0, 0, 0, 0, 0, 0, r.latency, 1
       from unnest($3::int[], $4::int[], $5::int[], $6::bytea[]) as r(series, generation, n, latency)
       on conflict (series, slot, source, generation) do nothing`,
      [
        slot,
        this.#source,
        rows.map((row) => row.series),
        rows.map((row) => row.generation),
        rows.map((row) => row.n),
        rows.map((row) => row.latency),
      ],
    )
  }
}

const encoded = new Map<number, Buffer>()

/** A sketch of n latencies between 10 and 40 ms. */
function latencyOf(n: number): Buffer {
  const known = encoded.get(n)
  if (known) return known
  const sketch: LatencySketch = createSketch()
  for (let i = 0; i < n; i += 1) record(sketch, 10 + (30 * i) / n)
  const bytes = Buffer.from(encodeSketch(sketch))
  encoded.set(n, bytes)
  return bytes
}
