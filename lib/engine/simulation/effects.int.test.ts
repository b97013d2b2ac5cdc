import { afterEach, expect, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import { returnEndpoint } from '@/lib/rollouts/commands'
import { resumeRollout } from '@/lib/rollouts/steering/commands'
import type { EnginePorts } from '../turn'
import { LONG_MS, World, type WorldOptions } from '../world.fixture'

afterEach(() => vi.restoreAllMocks())

class Killed extends Error {}

/** A place between two effects of a run: before or after the commit, or the first write to a cluster, of its nth turn. */
interface Point {
  turn: number
  when: 'before commit' | 'after commit' | 'before write' | 'after write'
}

/** Engines of which the one that runs dies at a point; the next one starts with nothing in memory. `points`: every effect there was. */
class Engines {
  readonly points: Point[] = []
  killed = false
  private turn = 0
  private revision = -1
  private dying = false
  private ports = this.birth()

  constructor(
    private readonly world: World,
    private readonly strike: Point | null,
  ) {
    for (const fake of world.fakes.values())
      fake.faults.crash = (point) => {
        if (point !== 'observe') this.meet(point === 'apply:before' ? 'before write' : 'after write')
        // A call of a process that has ended comes to nothing.
        if (this.dying) throw new Killed()
      }
  }

  readonly current = (): EnginePorts => this.ports

  private birth(): EnginePorts {
    return this.world?.ports({ onEffect: (effect) => this.after(effect) })
  }

  private meet(when: Point['when']): void {
    this.points.push({ turn: this.turn, when })
    if (this.strike?.turn === this.turn && this.strike.when === when) this.dying = true
  }

  private async after(effect: string): Promise<void> {
    if (effect === 'looked') this.turn += 1
    if (effect === 'thought') this.meet('before commit')
    if (effect === 'committed') await this.committed()
    if (!this.dying) return
    this.dying = false
    this.killed = true
    this.ports = this.birth()
    throw new Killed()
  }

  /** A commit that changed nothing but observations is no effect. */
  private async committed(): Promise<void> {
    const { revision } = await db().endpoint.findUniqueOrThrow({ where: { id: this.world.endpointId }, select: { revision: true } })
    if (revision === this.revision) this.points.pop()
    else this.meet('after commit')
    this.revision = revision
  }

  start(): EnginePorts {
    this.ports = this.birth()
    return this.ports
  }
}

const PACE = { burnIn: 5, minDwell: 10, minRequests: 50, maxDwell: 300, noDataAfter: 30, watch: 0, warmth: 3_600 }

interface Strategy {
  name: string
  live: boolean
  world?: WorldOptions
  begin(world: World): Promise<string>
}

/** As an earlier rollout would have left it: this version takes everything. */
async function makeLive(world: World, version: number | null): Promise<void> {
  const liveVersionId = version === null ? null : world.version(version)
  await db().endpoint.update({ where: { id: world.endpointId }, data: { liveVersionId, wakeAt: new Date(world.nowMs) } })
  await world.pass(3)
}

const STRATEGIES: Strategy[] = [
  { name: 'canary', live: true, begin: (world) => world.launch(2) },
  {
    name: 'canary of two waves with a soak',
    live: true,
    world: { clusters: 2, clusterSteps: { 1: [1_000, 10_000] }, pace: { ...PACE, soak: 15 } },
    begin: (world) => world.launch(2),
  },
  { name: 'blue-green', live: true, begin: (world) => world.launch(2, { strategy: 'blue-green', pace: PACE }) },
  { name: 'initial', live: false, begin: (world) => world.launch(2, { strategy: 'initial' }) },
  {
    name: 'return',
    live: false,
    async begin(world) {
      expect(await world.until(await world.launch(2, { strategy: 'initial' }), ['promoted'], 60)).toBe('promoted')
      await makeLive(world, 3)
      const back = await returnEndpoint(world.actor('engineer'), { endpointId: world.endpointId, version: 2 })
      if (!back.ok) throw new Error(back.problem.message)
      return back.value.id
    },
  },
]

/** The switch of a blue/green is a person's. */
async function answer(world: World, id: string): Promise<void> {
  const { state, revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
  if (!JSON.stringify(state).includes('"reason":"approval"')) return
  await resumeRollout(world.actor('engineer'), { rolloutId: id, revision })
}

/** Everything that is left when a rollout has ended: the same, however often an engine died on the way. */
async function leftBehind(world: World, id: string): Promise<unknown> {
  const { phase } = await db().rollout.findUniqueOrThrow({ where: { id } })
  const { liveVersionId } = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
  const ledger = await db().ledger.findMany({ where: { rolloutId: id }, orderBy: { seq: 'asc' } })
  expect(ledger.map((row) => row.seq)).toEqual(ledger.map((_row, i) => i + 1))
  const moved = ledger.filter((row) => !['judged', 'frame', 'wished'].includes(row.kind))
  const audit = await db().audit.findMany({ where: { targetId: id }, orderBy: { at: 'asc' }, select: { verb: true } })
  const { rows } = await pool().query<{ twice: string }>(
    'select count(*) - count(distinct (cluster, slot, generation)) as twice from telemetry.evidence where rollout = $1',
    [id],
  )
  return {
    phase,
    live: liveVersionId === world.version(2),
    moved: moved.map((row) => [row.kind, (row.payload as { weight?: number }).weight]),
    audit: audit.map((row) => row.verb),
    aliasMoves: await db().aliasMove.count({ where: { rolloutId: id } }),
    evidenceTwice: rows[0].twice,
    arms: [...world.fakes.values()].map((fake) =>
      fake.observed(world.endpointId)?.arms.map((arm) => [arm.role, arm.versionId === world.version(2), arm.weight]),
    ),
  }
}

async function play(strategy: Strategy, strike: Point | null): Promise<{ left: unknown; engines: Engines }> {
  const world = await World.make({ seed: 71, steps: [2_500, 10_000], requestsPerSecond: 100, pace: PACE, ...strategy.world })
  if (!strategy.live) await makeLive(world, null)
  const id = await strategy.begin(world)
  const engines = new Engines(world, strike)
  engines.start()
  const stop = async () => {
    await answer(world, id)
    return (await world.phase(id)) === 'promoted'
  }
  await world.pass(300, { ports: engines.current, stop })
  // A killed engine's lease has ended by then.
  await world.pass(20, { ports: engines.current })
  return { left: await leftBehind(world, id), engines }
}

test.each(STRATEGIES)(
  'a rollout ($name) ends as if nothing had happened when its engine is killed before or after any one effect',
  async (strategy) => {
    const calm = await play(strategy, null)
    const { points } = calm.engines
    expect(calm.left).toMatchObject({ phase: 'promoted', live: true, evidenceTwice: '0' })
    expect(points.length).toBeGreaterThan(8)
    for (const point of points) {
      const { left, engines } = await play(strategy, point)
      expect(engines.killed, `killed ${point.when} in turn ${point.turn}`).toBe(true)
      expect(left, `killed ${point.when} in turn ${point.turn}`).toEqual(calm.left)
    }
  },
  LONG_MS * 4,
)
