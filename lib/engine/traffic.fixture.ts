import { seeded } from '@/lib/analysis/chance'
import { createSketch, type LatencySketch, record } from '@/lib/analysis/sketch'
import { encodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import type { Observe, ObservedEndpoint } from '@/lib/endpoints/wish'
import { newId } from '@/lib/id'
import { KEY_BUCKETS } from '@/lib/monitoring/flush'
import type { World } from './world.fixture'

/** How a version answers: share of bad requests, and the middle of its lognormal latency in ms. */
export interface Behaviour {
  bad: number
  ms: number
  /** How its requests spread over segments and hours; left out: none is counted. */
  kinds?: readonly Kind[]
}

/** A part of a version's requests: the share of them, the bad share among them, its segment, and its bin of the one compared feature. */
export interface Kind {
  share: number
  bad: number
  segment: number
  bin: number
  /** Share of wrong answers, each labelled within its flush; left out: no label comes. */
  wrong?: number
}
/** Every live request is copied where it is wished, every copy fails, and slowly: a copy that counted anywhere would be seen. No draw is spent on them. */
const COPY_MS = 900
export const GOOD: Behaviour = { bad: 0.005, ms: 20 }

/** Who calls with a routing key: the share of all requests, the bad share that is theirs whoever answers, their bucket, and the place of their hash in [0, 1). */
export interface Caller {
  share: number
  bad: number
  bucket: number
  at: number
}

interface Counted {
  key: string
  clusterId: string
  versionId: string
  role: string
  slotMs: number
  generation: number
  segment: number
  n: number
  bad: number
  latency: LatencySketch
  bins: number[] | null
  keys: number[] | null
}

type Place = Pick<Counted, 'clusterId' | 'versionId' | 'role' | 'slotMs' | 'generation'>

/** The arm in whose share of 10,000 the draw falls. */
function pick<T extends { weight: number }>(arms: readonly T[], draw: number): T {
  let rest = draw
  for (const arm of arms) {
    rest -= arm.weight
    if (rest < 0) return arm
  }
  return arms[0]
}

function armsOf(held: ObservedEndpoint | undefined) {
  return (held?.arms ?? []).filter((arm) => arm.weight > 0)
}

function oneOf<T extends { share: number }>(list: readonly T[], draw: number): T {
  let rest = draw
  return (
    list.find(({ share }) => {
      rest -= share
      return rest < 0
    }) ?? list[0]
  )
}

/** Requests over the fake clusters, counted as gateways count them and stored as ingest stores them. */
export class Traffic {
  private readonly rng: () => number
  private readonly counted = new Map<string, Counted>()
  private outcomes: (Place & { segment: number; wrong: boolean })[] = []
  private readonly boots = new Map<string, string>()
  private readonly series = new Map<string, number>()
  private readonly routed = new Map<string, ObservedEndpoint[]>()
  /** Share of requests that are still routed by the wish before the present one: a part of the data plane that does not follow. */
  lagging = 0

  constructor(
    private readonly world: World,
    seed: number,
    /** Requests per second on every cluster; a test may change it. */
    public perSecond: number,
    private readonly behaviour: (version: number, clusterId: string) => Behaviour,
    /** Left out: requests come without a key, and each is assigned by itself. */
    private readonly callers: readonly Caller[] = [],
  ) {
    this.rng = seeded(seed)
  }

  /** Seconds of requests during which no engine looks: what a first frame is frozen from. */
  async history(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      this.world.nowMs += 1_000
      await this.second()
    }
  }

  /** One second of requests on every cluster, by the weights that it routes by, and a flush. A cluster that is cut off answers, but reports nothing. */
  async second(): Promise<void> {
    const { world } = this
    const atMs = world.nowMs - 1
    // As a gateway does: every 2 s, and here at the end of each slot, so that a test is quicker.
    const flushes = (world.nowMs / 1_000) % 5 === 0 || (world.nowMs / 1_000) % 2 === 0
    for (const [clusterId, fake] of world.fakes) {
      const [present, before] = this.routedBy(clusterId, fake.observed(world.endpointId))
      for (let i = 0; i < this.perSecond && armsOf(present).length > 0; i += 1) {
        const held = this.lagging > 0 && before && this.rng() < this.lagging ? before : present
        const arms = armsOf(held)
        // Candidates keep the low end, as in a gateway's table: a key stays with its arm while the weight grows.
        if (this.callers.length > 0) arms.sort((a, b) => a.role.localeCompare(b.role))
        const draw = this.rng()
        const caller = this.callers.length > 0 ? oneOf(this.callers, draw) : null
        const arm = pick(arms, (caller?.at ?? draw) * 10_000)
        const version = [...world.versionIds].find(([, id]) => id === arm.versionId)?.[0] ?? 0
        const how = this.behaviour(version, clusterId)
        const observe = fake.held.get(world.endpointId)?.wish.observe
        const place = { clusterId, versionId: arm.versionId, role: arm.role, slotMs: Math.floor(atMs / 5_000) * 5_000 }
        const generation = held?.generation ?? 0
        this.answer({ ...place, generation }, how, observe, caller)
        const mirror = fake.held.get(world.endpointId)?.routed.mirror
        if (mirror && arm.role === 'live')
          this.count({ ...place, generation, versionId: mirror.versionId, role: 'shadow' }, 0, true, COPY_MS)
      }
      if (flushes && fake.faults.unreachable === null) await this.report(clusterId)
    }
    if (flushes) {
      await this.flush()
      await this.label()
    }
  }

  /** What a cluster routes by, and what it routed by before. */
  private routedBy(clusterId: string, held: ObservedEndpoint | undefined): (ObservedEndpoint | undefined)[] {
    const known = this.routed.get(clusterId) ?? []
    if (held && known[0]?.generation !== held.generation) known.unshift(structuredClone(held))
    if (held) this.routed.set(clusterId, known)
    return [held, known[1]]
  }

  /** One request: counted for its arm, in its bucket if it has a key, and, where the wish declares it, in its segment and its bins. */
  private answer(place: Place, how: Behaviour, observe: Observe | undefined, caller: Caller | null): void {
    const kind = how.kinds && oneOf(how.kinds, this.rng())
    const bad = this.rng() < (kind?.bad ?? how.bad) + (caller?.bad ?? 0)
    const gauss = Math.sqrt(-2 * Math.log(1 - this.rng())) * Math.cos(2 * Math.PI * this.rng())
    const ms = how.ms * Math.exp(0.5 * gauss)
    const whole = this.count(place, 0, bad, ms)
    if (caller) {
      whole.keys ??= new Array<number>(2 * KEY_BUCKETS).fill(0)
      whole.keys[caller.bucket] += 1
      if (bad) whole.keys[KEY_BUCKETS + caller.bucket] += 1
    }
    if (kind?.wrong !== undefined) this.outcomes.push({ ...place, segment: kind.segment, wrong: this.rng() < kind.wrong })
    if (!kind || !observe) return
    const [feature] = observe.features
    if (feature) {
      whole.bins ??= feature.edges.concat(0, 0).map(() => 0)
      whole.bins[kind.bin] += 1
    }
    if (kind.segment > 0) this.count(place, kind.segment, bad, ms)
  }

  private count(place: Place, segment: number, bad: boolean, ms: number): Counted {
    const key = `${place.clusterId}/${place.versionId}/${place.role}/${place.slotMs}/${place.generation}/${segment}`
    const row = this.counted.get(key) ?? { ...place, key, segment, n: 0, bad: 0, latency: createSketch(), bins: null, keys: null }
    row.n += 1
    if (bad) row.bad += 1
    record(row.latency, ms)
    this.counted.set(key, row)
    return row
  }

  private async report(clusterId: string): Promise<void> {
    const boot = this.boots.get(clusterId) ?? newId()
    this.boots.set(clusterId, boot)
    const now = new Date(this.world.nowMs)
    await pool().query(
      `insert into telemetry.source (cluster_id, boot, watermark, first_seen_at, seen_at) values ($1, $2, $3, $3, $3)
       on conflict (boot) do update set watermark = excluded.watermark, seen_at = excluded.seen_at`,
      [clusterId, boot, now],
    )
  }

  private async flush(): Promise<void> {
    const rows = [...this.counted.values()].filter((row) => this.world.fakes.get(row.clusterId)?.faults.unreachable === null)
    const column = <T>(pick: (row: Counted) => T) => rows.map(pick)
    await pool().query(
      `insert into telemetry.window_5s (series, slot, source, generation, n, bad, client_errors, shed, aborted, fallback, latency_sum_ms, latency_max_ms, latency, label_rate, bins, keys)
       select r.series, r.slot, o.id, r.generation, r.n, r.bad, 0, 0, 0, 0, 0, 0, r.latency, 1, r.bins::int[], r.keys::int[]
       from unnest($1::int[], $2::timestamptz[], $3::uuid[], $4::int[], $5::int[], $6::int[], $7::bytea[], $8::text[], $9::text[])
         as r(series, slot, boot, generation, n, bad, latency, bins, keys)
       join telemetry.source o on o.boot = r.boot
       on conflict (series, slot, source, generation) do update set n = excluded.n, bad = excluded.bad, latency = excluded.latency, bins = excluded.bins, keys = excluded.keys`,
      [
        await Promise.all(rows.map((row) => this.seriesOf(row))),
        column((row) => new Date(row.slotMs)),
        column((row) => this.boots.get(row.clusterId)),
        column((row) => row.generation),
        column((row) => row.n),
        column((row) => row.bad),
        column((row) => Buffer.from(encodeSketch(row.latency))),
        column((row) => row.bins && `{${row.bins.join()}}`),
        column((row) => row.keys && `{${row.keys.join()}}`),
      ],
    )
    for (const row of rows) if (row.slotMs + 5_000 <= this.world.nowMs) this.counted.delete(row.key)
  }

  /** Labels of what was answered since the last flush, matched at once. */
  private async label(): Promise<void> {
    const rows = this.outcomes.splice(0)
    const at = new Date(this.world.nowMs - 1)
    const series = await Promise.all(rows.map((row) => this.seriesOf({ ...row, segment: 0 })))
    await pool().query(
      `insert into telemetry.outcome (id, at, value, received_at, matched_at, series, generation, positive, score, segment)
       select gen_random_uuid(), $1, 1, $1, $1, r.series, r.generation, not r.wrong, 0.5, r.segment
       from unnest($2::int[], $3::int[], $4::bool[], $5::int[]) as r(series, generation, wrong, segment)`,
      [at, series, rows.map((row) => row.generation), rows.map((row) => row.wrong), rows.map((row) => row.segment)],
    )
  }

  private async seriesOf({ versionId, role, clusterId, segment }: Place & { segment: number }): Promise<number> {
    const key = `${versionId}/${role}/${clusterId}/${segment}`
    const known = this.series.get(key)
    if (known !== undefined) return known
    const { rows } = await pool().query<{ id: number }>(
      `insert into telemetry.series (endpoint_id, version_id, role, cluster_id, segment) values ($1, $2, $3, $4, $5)
       on conflict (endpoint_id, version_id, role, cluster_id, segment) do update set role = excluded.role returning id`,
      [this.world.endpointId, versionId, role, clusterId, segment],
    )
    this.series.set(key, rows[0].id)
    return rows[0].id
  }
}
