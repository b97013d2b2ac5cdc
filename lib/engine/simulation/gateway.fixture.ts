import { bucketOf } from '@/lib/analysis/sketch'
import type { SketchPairs } from '@/lib/analysis/sketch-codec'
import { SLOT_MS, slotOf } from '@/lib/clock'
import type { FakeCluster } from '@/lib/drivers/fake'
import { newId } from '@/lib/id'
import type { Flush, SeriesRole, WindowRow } from '@/lib/monitoring/flush'
import { ingestFlush } from '@/lib/monitoring/ingest'
import type { House } from './house.fixture'
import type { Story } from './story.fixture'

const PER_SECOND = 400
const [QUICK, USUAL, SLOW] = [bucketOf(10), bucketOf(20), bucketOf(200)]

interface Counted {
  versionId: string
  role: SeriesRole
  slot: number
  generation: number
  n: number
  bad: number
  slow: number
}

/** What may go wrong with a source. `offsetMs`: its clock is off. `muted`: no flush arrives. */
export interface SourceFaults {
  offsetMs: number
  muted: boolean
}

/** The gateway of one cluster: answers by the weights that are routed by, counts, and reports as the local cluster's does. */
export class Gateway {
  readonly faults: SourceFaults = { offsetMs: 0, muted: false }
  /** What was really answered: `slot/generation/version` -> requests. Evidence never holds more. */
  readonly truth = new Map<string, number>()
  private boot = newId()
  private rows = new Map<string, Counted>()
  private lastMs: number
  private ownMs = 0
  private readonly carry = new Map<string, number>()
  private late: Flush[] = []

  constructor(
    private readonly story: Story,
    private readonly house: House,
    readonly clusterId: string,
    private readonly fake: FakeCluster,
  ) {
    this.lastMs = story.nowMs
  }

  /** Its own clock: corrected by each answer, never backwards. */
  private clock(): number {
    this.ownMs = Math.max(this.ownMs, this.story.nowMs + this.faults.offsetMs)
    return this.ownMs
  }

  /** Requests since the last call, spread over the slots between. */
  serve(): void {
    const { nowMs } = this.story
    const own = this.clock()
    const lasted = Math.max(0, Math.min(nowMs - this.lastMs, 60_000))
    this.lastMs = nowMs
    const held = this.fake.observed(this.house.endpointId)
    const arms = (held?.arms ?? []).filter((arm) => arm.weight > 0)
    for (let from = own - lasted; from < own; ) {
      const to = Math.min(own, slotOf(from) + SLOT_MS)
      for (const arm of arms)
        this.count(arm.versionId, arm.role, slotOf(from), held?.generation ?? 0, (PER_SECOND * (to - from) * arm.weight) / 1e7)
      from = to
    }
  }

  /** Whole requests of a share; what is left over comes with the next. */
  private whole(key: string, amount: number): number {
    const sum = (this.carry.get(key) ?? 0) + amount
    this.carry.set(key, sum - Math.floor(sum))
    return Math.floor(sum)
  }

  private count(versionId: string, role: SeriesRole, slot: number, generation: number, requests: number): void {
    const n = this.whole(versionId, requests)
    if (n === 0) return
    const behaviour = this.house.behaves(Number(this.house.numberOf(versionId).slice(1)), this.clusterId)
    const key = `${slot}/${generation}/${versionId}/${role}`
    const row = this.rows.get(key) ?? { versionId, role, slot, generation, n: 0, bad: 0, slow: 0 }
    row.n += n
    row.bad += Math.min(n, this.whole(`${versionId}/bad`, n * (behaviour === 'errors' ? 0.3 : 0.005)))
    row.slow += Math.min(n, this.whole(`${versionId}/slow`, n * (behaviour === 'slow' ? 0.6 : 0.02)))
    this.rows.set(key, row)
    const fact = `${slot}/${generation}/${versionId}`
    this.truth.set(fact, (this.truth.get(fact) ?? 0) + n)
  }

  private body(final: boolean): Flush {
    const windows = [...this.rows.values()].map((row) => this.windowOf(row))
    return { boot: this.boot, watermark: this.clock(), final, windows, features: [], predictions: [], samples: [] }
  }

  private windowOf({ versionId, role, slot, generation, n, bad, slow }: Counted): WindowRow {
    const quick = Math.floor((n - slow) / 2)
    const latency = (
      [
        [QUICK, quick],
        [USUAL, n - slow - quick],
        [SLOW, slow],
      ] satisfies SketchPairs
    ).filter(([, count]) => count > 0)
    const rest = { clientErrors: 0, shed: 0, aborted: 0, fallback: 0, latencySumMs: n * 20, latencyMaxMs: 200, labelRate: 1 }
    return { endpointId: this.house.endpointId, versionId, role, segment: 0, slot, generation, n, bad, latency, ...rest }
  }

  /** One flush, with what may happen to it on the way: lost, its answer lost, doubled, or kept back and delivered after later ones. */
  async flush(rough: number, final = false): Promise<void> {
    this.serve()
    const body = this.body(final)
    if (this.faults.muted) return
    if (this.story.chance(rough * 0.1)) {
      this.story.say(`flush of ${this.name} is kept back`)
      this.late.push(body)
      return
    }
    if (this.story.chance(rough * 0.1)) return this.story.say(`flush of ${this.name} is lost`)
    const taken = await this.send(body)
    if (this.story.chance(rough * 0.1)) await this.send(body)
    if (this.story.chance(rough * 0.1)) return this.story.say(`answer to a flush of ${this.name} is lost`)
    if (taken) for (const [key, row] of this.rows) if (row.slot + SLOT_MS <= body.watermark) this.rows.delete(key)
    if (this.late.length > 0 && this.story.chance(0.5)) for (const old of this.late.splice(0)) await this.send(old)
  }

  private async send(body: Flush): Promise<boolean> {
    try {
      await ingestFlush(this.clusterId, body)
      return true
    } catch (error) {
      if (!(error instanceof Error) || !/clock is off/.test(error.message)) throw error
      this.story.say(`flush of ${this.name} is refused: ${error.message}`)
      return false
    }
  }

  /** Ends: in order with a last flush, or as if struck, with what it had not reported. */
  async restart(orderly: boolean): Promise<void> {
    if (orderly) await this.flush(0, true)
    else this.serve()
    this.story.say(`gateway of ${this.name} ${orderly ? 'ends and starts anew' : 'dies and starts anew'}`)
    this.boot = newId()
    this.rows = new Map()
    this.ownMs = 0
  }

  get name(): string {
    return `c${this.house.clusterIds.indexOf(this.clusterId)}`
  }
}
