import { vi } from 'vitest'
import type { Actor } from '@/lib/auth/actor'
import type { Role } from '@/lib/auth/permissions'
import * as clockModule from '@/lib/clock'
import { db } from '@/lib/db'
import { FakeCluster, fakeDriver } from '@/lib/drivers/fake'
import { newId } from '@/lib/id'
import type { Segment } from '@/lib/models/schema'
import { launchRollout } from '@/lib/rollouts/commands'
import { Gate, type LaunchRollout, Pace, Policy } from '@/lib/rollouts/schema'
import { Engine } from './engine'
import { Observer } from './observer'
import { type Behaviour, type Caller, GOOD, Traffic } from './traffic.fixture'
import type { EnginePorts } from './turn'

/** What a test's world is made of. */
export interface WorldOptions {
  seed?: number
  /** How each version number answers; not named: well. */
  versions?: Record<number, Partial<Behaviour>>
  /** Left out: as `versions` says on every cluster, else on the cluster of this place only, and well elsewhere. */
  badOn?: number
  clusters?: number
  approvals?: number
  steps?: number[]
  /** Steps of single clusters, by their place. */
  clusterSteps?: Record<number, number[]>
  pace?: Partial<Pace>
  /** Left out: errors and latency. */
  gates?: Gate[]
  requestsPerSecond?: number
  /** Who calls, each with a key of its own; left out: requests come without a key. */
  callers?: readonly Caller[]
  readyAfterMs?: number
  /** The model's segments. */
  segments?: Segment[]
  /** Version 1 has a baseline with one feature, `hour`, of four bins. */
  baseline?: boolean
}

/** A whole rollout, second by second, on a busy machine: a bound for what hangs, not for what is slow. */
export const LONG_MS = 300_000

const PACE = { burnIn: 5, minDwell: 10, minRequests: 50, maxDwell: 300, noDataAfter: 30, watch: 0, warmth: 60 }

/** One endpoint with version 1 live on fake clusters, versions 2 and 3 ready, traffic by a seed, and a hand clock that engines and commands share. */
export class World {
  nowMs = 0
  readonly fakes = new Map<string, FakeCluster>()
  readonly clusterIds: string[] = []
  readonly versionIds = new Map<number, string>()
  readonly teamId = newId()
  readonly modelId = newId()
  readonly environmentId = newId()
  readonly slug = `model-${newId().slice(-12)}`
  readonly environment = `env-${newId().slice(-12)}`
  endpointId = ''
  traffic!: Traffic
  /** False: nobody calls the endpoint, and no source reports. */
  reporting = true

  static async make(options: WorldOptions = {}): Promise<World> {
    // Worlds of earlier tests ran ahead of the time at which this one begins: no engine looks at them any more.
    await db().$executeRaw`update endpoint_cluster set acknowledged_generation = generation`
    await db().endpoint.updateMany({ data: { removedAt: new Date(0) } })
    const world = new World()
    // Blocks and reference are cut by the clock: from the same point of a minute the same seed is the same world.
    world.nowMs = Math.ceil((await clockModule.databaseNow(db())).getTime() / 60_000) * 60_000
    vi.spyOn(clockModule, 'databaseNow').mockImplementation(async () => new Date(world.nowMs))
    await world.register(options)
    await world.deploy()
    const elsewhere = (clusterId: string) => options.badOn !== undefined && clusterId !== world.clusterIds[options.badOn]
    const behaviour = (version: number, clusterId: string) => ({ ...GOOD, ...(elsewhere(clusterId) ? {} : options.versions?.[version]) })
    world.traffic = new Traffic(world, options.seed ?? 1, options.requestsPerSecond ?? 200, behaviour, options.callers)
    await world.traffic.history(30)
    return world
  }

  private async register({
    clusters = 1,
    approvals = 0,
    steps = [500, 2500, 5000, 10_000],
    clusterSteps = {},
    pace,
    readyAfterMs = 0,
    gates = [Gate.parse({ metric: 'errors', floor: 0.01 }), Gate.parse({ metric: 'latency' })],
    segments = [],
    baseline = false,
  }: WorldOptions): Promise<void> {
    await db().team.create({ data: { id: this.teamId, slug: `team-${this.teamId.slice(-12)}`, name: 'Team' } })
    await db().model.create({ data: { id: this.modelId, teamId: this.teamId, slug: this.slug, name: this.slug, task: 'binary', segments } })
    const tensor = (name: string) => ({ name, datatype: 'FP32' as const, shape: [-1, 8] })
    for (const number of [1, 2, 3]) {
      const id = newId()
      this.versionIds.set(number, id)
      const digest = String(number).repeat(64)
      const signature = { inputs: [tensor('features')], outputs: [tensor('score')] }
      const row = {
        id,
        modelId: this.modelId,
        number,
        digest,
        bytes: 1n,
        format: 'onnx',
        signature,
        status: 'ready',
        authorId: newId(),
        authorName: 'A',
      }
      await db().modelVersion.create({ data: row })
    }
    if (baseline) {
      const features = [{ name: 'hour', edges: [6, 12, 18], counts: [0, 9, 9, 9, 9] }]
      await db().baseline.create({ data: { id: newId(), versionId: this.version(1), n: 36, sample: [], features } })
    }
    this.clusterIds.push(...Array.from({ length: clusters }, () => newId()))
    const own = Object.entries(clusterSteps).map(([i, each]) => ({ cluster: this.clusterName(Number(i)), steps: each }))
    const named = own.length > 0 ? { clusterSteps: own } : {}
    const document = Policy.parse({ approvals, alias: 'champion', steps, ...named, gates, pace: Pace.parse({ ...PACE, ...pace }) })
    await db().environment.create({
      data: { id: this.environmentId, slug: this.environment, name: 'Env', kind: clusters > 1 ? 'hybrid' : 'cloud' },
    })
    await db().environmentPolicy.create({ data: { environmentId: this.environmentId, version: 1, document, authorName: 'A' } })
    for (const [wave, id] of this.clusterIds.entries()) {
      this.fakes.set(id, new FakeCluster(() => this.nowMs, readyAfterMs))
      await db().cluster.create({ data: { id, name: this.clusterName(wave), driver: 'fake', location: 'cloud', config: {} } })
      await db().environmentCluster.create({ data: { environmentId: this.environmentId, clusterId: id, wave } })
    }
  }

  /** Version 1 is live, as an earlier rollout would have left it; its wish reaches the clusters in the first turn. */
  private async deploy(): Promise<void> {
    this.endpointId = newId()
    const now = new Date(this.nowMs)
    const liveVersionId = this.version(1)
    await db().endpoint.create({
      data: { id: this.endpointId, modelId: this.modelId, environmentId: this.environmentId, liveVersionId, wakeAt: now },
    })
    await db().endpointCluster.createMany({ data: this.clusterIds.map((clusterId) => ({ endpointId: this.endpointId, clusterId })) })
    await this.runEngine()
  }

  version(number: number): string {
    const id = this.versionIds.get(number)
    if (!id) throw new Error(`There is no version ${number}.`)
    return id
  }

  clusterName(index: number): string {
    return `cluster-${this.clusterIds[index]?.slice(-12)}`
  }

  fake(index = 0): FakeCluster {
    const fake = this.fakes.get(this.clusterIds[index] ?? '')
    if (!fake) throw new Error(`There is no cluster ${index}.`)
    return fake
  }

  actor(role: Role): Actor {
    const id = newId()
    return {
      kind: 'member',
      id,
      memberId: id,
      name: `Some ${role}`,
      signedInAs: null,
      grants: [{ role, teamId: this.teamId, environmentId: null }],
      scopes: null,
    }
  }

  /** A new engine process: nothing in memory. */
  ports(over: Partial<EnginePorts> = {}): EnginePorts {
    const driver = fakeDriver(this.fakes)
    const clusters = { driver: () => driver, sealingKey: null }
    return { owner: newId(), clock: { now: async () => this.nowMs }, clusters, observer: new Observer(0), desks: new Map(), ...over }
  }

  private own: EnginePorts | undefined

  /** One round of an engine (the world's own, unless another is given), all its turns ended. */
  async runEngine(ports?: EnginePorts): Promise<void> {
    this.own ??= this.ports()
    const engine = new Engine(ports ?? this.own)
    await engine.round()
    await engine.settled()
  }

  /** Seconds of traffic and engine rounds, one a second. `stop` ends it early. */
  async pass(seconds: number, options: { ports?: () => EnginePorts; stop?: () => Promise<boolean> } = {}): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      this.nowMs += 1_000
      if (this.reporting) await this.traffic.second()
      await this.runEngine(options.ports?.())
      if (await options.stop?.()) return
    }
  }

  async launch(version: number, over: Partial<LaunchRollout> = {}): Promise<string> {
    const result = await launchRollout(this.actor('engineer'), { model: this.slug, environment: this.environment, version, ...over })
    if (!result.ok) throw new Error(result.problem.message)
    return result.value.id
  }

  async phase(rolloutId: string): Promise<string> {
    return (await db().rollout.findUniqueOrThrow({ where: { id: rolloutId }, select: { phase: true } })).phase
  }

  /** Until the rollout is in one of the phases; throws with its ledger when it never is. */
  async until(rolloutId: string, phases: string[], seconds = 900, ports?: () => EnginePorts): Promise<string> {
    await this.pass(seconds, { ports, stop: async () => phases.includes(await this.phase(rolloutId)) })
    const phase = await this.phase(rolloutId)
    if (phases.includes(phase)) return phase
    const ledger = await db().ledger.findMany({ where: { rolloutId }, orderBy: { seq: 'asc' } })
    throw new Error(
      `Still ${phase} after ${seconds} s:\n${ledger.map((row) => `${row.seq} ${row.kind} ${JSON.stringify(row.payload).slice(0, 300)}`).join('\n')}`,
    )
  }
}
