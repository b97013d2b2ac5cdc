import { pool } from '@/lib/db'
import { log } from '@/lib/log'
import type { Effect } from '../turn'
import { Aftermath } from './aftermath.fixture'
import { setClock } from './clock.fixture'
import { faultyDriver, intrude, makeClusters, type SimulatedCluster } from './cluster.fixture'
import { planFaults } from './faults.fixture'
import { Gateway } from './gateway.fixture'
import { chooseHouse, House } from './house.fixture'
import { Invariants, type Stored } from './invariants.fixture'
import { People } from './people.fixture'
import { EngineProcess, type Stroke, Struck } from './process.fixture'
import { Story, Violation } from './story.fixture'

/** What became of a seed: `violation` null when everything held. */
export interface Told {
  seed: number
  violation: string | null
  lines: string[]
  /** Turns that were begun, and how the rollouts ended. */
  turns: number
  phases: string[]
}

const HISTORY_S = 15
const ROUGH_S = 60
const CALM_S = 35
const SLOT_MS = 5_000
/** An engine looks this often by itself when nothing wakes it. */
const IDLE_MS = 500

/** Nothing is put off for longer than this. */
const PUT_OFF_MS = 60_000

/** One world by one seed: engines, clusters, gateways and people, what is done to them, and what must hold all the same. */
export class Simulation {
  readonly story: Story
  readonly house: House
  readonly clusters: SimulatedCluster[]
  readonly gateways: Gateway[]
  readonly people: People
  readonly invariants: Invariants
  engines: EngineProcess[] = []
  /** How much goes wrong, 0 to 1. */
  rough: number
  private turns = 0
  private births = 0
  private unexpected: unknown = null
  private clockSetMs = 0

  constructor(seed: number, startMs: number, echo?: (line: string) => void) {
    this.story = new Story(seed, startMs, startMs, echo)
    this.house = new House(chooseHouse(this.story))
    this.clusters = makeClusters(this.story, this.house)
    this.gateways = this.clusters.map((cluster) => new Gateway(this.story, this.house, cluster.id, cluster.fake))
    this.people = new People(this.story, this.house, this.clusters)
    this.invariants = new Invariants(this.story, this.house, this.clusters)
    this.rough = this.story.pick([0.1, 0.4, 0.7, 1])
  }

  async run(): Promise<Told> {
    const { story } = this
    const heard = log.error
    log.error = (...args: unknown[]) => this.hear(args[0])
    let violation: string | null = null
    try {
      await this.live()
    } catch (error) {
      violation = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Violation)) story.say(`ERROR ${error instanceof Error ? error.stack : String(error)}`)
    } finally {
      log.error = heard
      for (const engine of this.engines) {
        engine.alive = false
        await engine.goOn()
      }
      await this.house.close()
    }
    const phases = this.invariants.stored?.rollouts.map((rollout) => rollout.phase) ?? []
    return { seed: story.seed, violation, lines: story.lines, turns: this.turns, phases }
  }

  /** What a turn or a command could not cope with, other than being struck. */
  private hear(first: unknown): void {
    const error = first && typeof first === 'object' && 'err' in first ? first.err : first
    if (!(error instanceof Struck)) this.unexpected ??= error
  }

  private async live(): Promise<void> {
    const { story } = this
    await this.tick()
    await this.house.build(story.nowMs)
    story.say(`rough ${this.rough}, ${JSON.stringify(this.house.choices)}`)
    const calm = this.rough
    this.rough = 0
    for (let i = story.between(2, 3); i > 0; i -= 1) this.birth()
    await this.engines[0].round()
    for (const gateway of this.gateways) this.keepFlushing(gateway)
    await this.until(story.nowMs + HISTORY_S * 1_000)
    this.rough = calm
    story.after(0, 'the first launch', () => this.people.launch())
    planFaults(this, ROUGH_S)
    await this.until(story.nowMs + ROUGH_S * 1_000)
    await this.calm()
    await this.until(story.nowMs + CALM_S * 1_000)
    const stored = await this.invariants.look(true)
    await new Aftermath(story, this.house, this.clusters, this.gateways, this.people).check(stored)
  }

  /** Everything comes back, and nothing more goes wrong. */
  private async calm(): Promise<void> {
    const { story } = this
    story.say('calm')
    this.rough = 0
    for (const engine of this.engines) await engine.goOn()
    if (this.engines.length === 0) this.birth()
    for (const cluster of this.clusters) {
      cluster.cut = false
      cluster.stale = null
      cluster.fake.faults.neverReady.clear()
    }
    for (const gateway of this.gateways) Object.assign(gateway.faults, { offsetMs: 0, muted: false })
  }

  private keepFlushing(gateway: Gateway): void {
    const { story } = this
    const toSlotEnd = SLOT_MS - (story.nowMs % SLOT_MS)
    story.after(
      toSlotEnd + story.between(0, 300),
      `flush of ${gateway.name}`,
      async () => {
        this.keepFlushing(gateway)
        await gateway.flush(this.rough)
      },
      true,
    )
  }

  birth(): void {
    const { story } = this
    this.births += 1
    const driver = faultyDriver(
      story,
      this.house,
      this.clusters,
      () => this.rough,
      (written) => this.invariants.written(written),
    )
    const engine = new EngineProcess(story, `engine ${this.births}`, { driver: () => driver, sealingKey: null }, (effect) =>
      this.stroke(engine, effect),
    )
    this.engines.push(engine)
  }

  /** What happens between two effects of a turn. */
  private async stroke(engine: EngineProcess, effect: Effect): Promise<Stroke> {
    const { story, rough } = this
    if (effect === 'looked') this.turns += 1
    if (story.chance(rough * 0.02)) await this.people.act()
    if (story.chance(rough * 0.002)) intrude(story, this.house, story.pick(this.clusters))
    const draw = story.random()
    if (draw < rough * 0.015) {
      story.after(story.between(0, 20_000), 'an engine starts', () => this.birth())
      return 'kill'
    }
    if (draw < rough * 0.03) return 'fail'
    if (draw >= rough * 0.05) return 'none'
    story.after(story.between(100, 40_000), `${engine.name} wakes`, () => engine.goOn())
    return 'park'
  }

  /** Moves the clock to a time; everything that goes on by itself goes on meanwhile. */
  async moveTo(ms: number): Promise<void> {
    this.story.nowMs = ms
    for (const gateway of this.gateways) gateway.serve()
    await this.tick()
  }

  private async tick(): Promise<void> {
    if (this.clockSetMs === this.story.nowMs) return
    this.clockSetMs = this.story.nowMs
    await setClock(pool(), this.story.nowMs)
  }

  /** Event after event, and a round of some engine whenever the endpoint is due. */
  private async until(endMs: number): Promise<void> {
    const { story } = this
    let end = endMs
    this.onShift = (ms) => {
      end += ms
    }
    let looked = false
    for (;;) {
      // What only counts and reports leaves the endpoint alone.
      const stored = (looked && this.invariants.stored) || (await this.invariants.look())
      looked = false
      const ready = this.engines.filter((engine) => engine.alive && !engine.parked)
      const dueMs = ready.length === 0 ? Number.POSITIVE_INFINITY : this.dueMs(stored)
      const eventMs = story.nextMs ?? Number.POSITIVE_INFINITY
      if (Math.min(dueMs, eventMs) > end) break
      if (eventMs <= dueMs) {
        const event = story.take()
        await this.moveTo(Math.max(story.nowMs, event?.at ?? 0))
        await event?.run()
        looked = event?.quiet ?? false
      } else {
        await this.moveTo(dueMs)
        // Whoever is woken first: mostly the same.
        await (story.chance(0.8) ? ready[0] : story.pick(ready)).round()
      }
      this.engines = this.engines.filter((engine) => engine.alive)
      if (this.unexpected) throw this.unexpected
    }
    await this.moveTo(Math.max(story.nowMs, end))
  }

  /** When an engine that looks twice a second takes the endpoint. What is put off too far was put off by a clock that was ahead. */
  private dueMs({ wakeMs, leaseMs }: Stored): number {
    const { nowMs } = this.story
    const soon = nowMs + this.story.between(1, IDLE_MS)
    if (wakeMs > nowMs + PUT_OFF_MS || (leaseMs ?? 0) > nowMs + PUT_OFF_MS) return soon
    return Math.max(soon, wakeMs, leaseMs ?? 0)
  }

  private onShift: (ms: number) => void = () => undefined

  /** The house's clock steps, forward or back. */
  async step(ms: number): Promise<void> {
    this.story.say(`the clock steps by ${ms / 1_000} s`)
    this.story.shift(ms)
    this.onShift(ms)
    // A replica is as old as it is, whatever the clock says.
    for (const { fake } of this.clusters)
      for (const { startedAt } of fake.held.values()) for (const [version, at] of startedAt) startedAt.set(version, at + ms)
    await this.moveTo(this.story.nowMs + ms)
  }
}
