import { newId } from '@/lib/id'
import { Engine } from '../engine'
import { Observer } from '../observer'
import type { Effect, EnginePorts } from '../turn'
import type { Story } from './story.fixture'

/** What a process of the simulation throws when it is struck: never a fault of the house. */
export class Struck extends Error {}

/** What happens to an engine after one of its effects. */
export type Stroke = 'none' | 'kill' | 'fail' | 'park'

/** One engine process: it may be killed, fail, or stand still between any two effects of a turn, and go on later with what it knew. */
export class EngineProcess {
  alive = true
  private readonly engine: Engine
  private letGo: (() => void) | null = null
  private running: Promise<void> = Promise.resolve()
  private onPark: () => void = () => undefined

  constructor(
    private readonly story: Story,
    readonly name: string,
    clusters: EnginePorts['clusters'],
    private readonly stroke: (effect: Effect) => Promise<Stroke> | Stroke,
  ) {
    this.engine = new Engine({
      owner: newId(),
      clock: { now: async () => story.nowMs },
      clusters,
      observer: new Observer(0),
      desks: new Map(),
      onEffect: (effect) => this.after(effect),
    })
  }

  get parked(): boolean {
    return this.letGo !== null
  }

  /** One round, until its turns have ended or one of them stands still. */
  async round(): Promise<void> {
    this.running = this.engine.round().then(() => this.engine.settled())
    await this.untilStill()
  }

  /** It goes on where it stood. */
  async goOn(): Promise<void> {
    const { letGo } = this
    if (!letGo) return
    this.letGo = null
    this.story.say(`${this.name} goes on`)
    letGo()
    await this.untilStill()
  }

  private untilStill(): Promise<unknown> {
    const parked = new Promise<void>((resolve) => {
      this.onPark = resolve
    })
    return Promise.race([this.running, parked])
  }

  private async after(effect: Effect): Promise<void> {
    if (!this.alive) throw new Struck()
    const stroke = await this.stroke(effect)
    if (stroke !== 'none') this.story.say(`${this.name} ${{ kill: 'dies', fail: 'fails', park: 'stands still' }[stroke]} after "${effect}"`)
    else this.story.say(`${this.name} ${effect}`)
    if (stroke === 'kill') this.alive = false
    if (stroke === 'kill' || stroke === 'fail') throw new Struck()
    if (stroke !== 'park') return
    const gate = new Promise<void>((resolve) => {
      this.letGo = resolve
    })
    this.onPark()
    await gate
    if (!this.alive) throw new Struck()
  }
}
