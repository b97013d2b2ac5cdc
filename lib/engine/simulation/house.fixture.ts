import type { Actor } from '@/lib/auth/actor'
import type { Role } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { Gate, Pace, Policy } from '@/lib/rollouts/schema'
import { Story } from './story.fixture'

/** How a version answers. `errors`, `slow`: bad enough to be returned whenever it is looked at. */
export type Behaviour = 'good' | 'errors' | 'slow'

/** What a seed makes of its house. */
export interface Choices {
  clusters: number
  approvals: number
  steps: number[]
  /** Steps of the second cluster, where it has its own. */
  ownSteps?: number[]
  replicas: number
  live: boolean
  behaviour: Record<number, Behaviour>
  /** On the first cluster every version answers well. */
  fineOnFirst?: boolean
  pace: Partial<Pace>
}

const PACE = { burnIn: 0, minDwell: 5, minRequests: 50, maxDwell: 60, noDataAfter: 20, holdMax: 60, watch: 0, warmth: 20 }

/** One endpoint on its clusters, with three versions, and the people who may act on it. */
export class House {
  readonly teamId = newId()
  readonly modelId = newId()
  readonly environmentId = newId()
  readonly endpointId = newId()
  readonly slug = `model-${this.modelId.slice(-12)}`
  readonly environment = `env-${this.environmentId.slice(-12)}`
  readonly clusterIds: string[]
  readonly versionIds = new Map([1, 2, 3].map((number) => [number, newId()]))
  readonly people: Record<'engineer' | 'approver' | 'second' | 'sre', Actor>

  constructor(readonly choices: Choices) {
    this.clusterIds = Array.from({ length: choices.clusters }, () => newId())
    this.people = {
      engineer: this.member('engineer'),
      approver: this.member('approver'),
      second: this.member('approver'),
      sre: this.member('sre'),
    }
  }

  private member(role: Role): Actor {
    const id = newId()
    const grants = [{ role, teamId: this.teamId, environmentId: null }]
    return { kind: 'member', id, memberId: id, name: `An ${role}`, signedInAs: null, grants, scopes: null }
  }

  /** The times of its policy. */
  get pace(): Pace {
    return Pace.parse({ ...PACE, ...this.choices.pace })
  }

  /** A version's name in the story. */
  numberOf(versionId: string | null | undefined): string {
    return `v${[...this.versionIds].find(([, id]) => id === versionId)?.[0] ?? '?'}`
  }

  /** How a version answers on a cluster. */
  behaves(number: number, clusterId: string): Behaviour {
    const { behaviour, fineOnFirst } = this.choices
    return fineOnFirst && clusterId === this.clusterIds[0] ? 'good' : (behaviour[number] ?? 'good')
  }

  async build(nowMs: number): Promise<void> {
    await db().team.create({ data: { id: this.teamId, slug: `team-${this.teamId.slice(-12)}`, name: 'Team' } })
    await db().model.create({ data: { id: this.modelId, teamId: this.teamId, slug: this.slug, name: this.slug, task: 'binary' } })
    await this.hire()
    await this.register()
    await this.place()
    const { live, replicas } = this.choices
    const liveVersionId = live ? (this.versionIds.get(1) ?? null) : null
    const keys = { modelId: this.modelId, environmentId: this.environmentId }
    await db().endpoint.create({ data: { id: this.endpointId, ...keys, liveVersionId, replicas, wakeAt: new Date(nowMs) } })
    await db().endpointCluster.createMany({ data: this.clusterIds.map((clusterId) => ({ endpointId: this.endpointId, clusterId })) })
  }

  private async hire(): Promise<void> {
    const approvers = [this.people.approver, this.people.second]
    await db().member.createMany({ data: approvers.map(({ id, name }) => ({ id, name, email: `${id}@example.test` })) })
    await db().memberGrant.createMany({
      data: approvers.map(({ id }) => ({ id: newId(), memberId: id, role: 'approver', teamId: this.teamId, environmentId: null })),
    })
  }

  private async register(): Promise<void> {
    const tensor = (name: string) => ({ name, datatype: 'FP32' as const, shape: [-1, 8] })
    const signature = { inputs: [tensor('features')], outputs: [tensor('score')] }
    const shared = { modelId: this.modelId, bytes: 1n, format: 'onnx', signature, status: 'ready', authorId: newId(), authorName: 'A' }
    await db().modelVersion.createMany({
      data: [...this.versionIds].map(([number, id]) => ({ ...shared, id, number, digest: String(number).repeat(64) })),
    })
  }

  private async place(): Promise<void> {
    const { approvals, steps, ownSteps, clusters } = this.choices
    const gates = [Gate.parse({ metric: 'errors', floor: 0.01 }), Gate.parse({ metric: 'latency', quantiles: [0.95] })]
    const clusterSteps = ownSteps ? { clusterSteps: [{ cluster: this.clusterName(1), steps: ownSteps }] } : {}
    const document = Policy.parse({ approvals, alias: 'champion', steps, ...clusterSteps, gates, pace: this.pace })
    const kind = clusters > 1 ? 'hybrid' : 'cloud'
    await db().environment.create({ data: { id: this.environmentId, slug: this.environment, name: 'Env', kind } })
    await db().environmentPolicy.create({ data: { environmentId: this.environmentId, version: 1, document, authorName: 'A' } })
    await db().cluster.createMany({
      data: this.clusterIds.map((id, i) => ({ id, name: this.clusterName(i), driver: 'fake', location: 'cloud', config: {} })),
    })
    await db().environmentCluster.createMany({
      data: this.clusterIds.map((clusterId, wave) => ({ environmentId: this.environmentId, clusterId, wave })),
    })
  }

  private clusterName(index: number): string {
    return `c${index}-${this.clusterIds[index].slice(-12)}`
  }

  /** No engine looks at the endpoint any more. */
  async close(): Promise<void> {
    await db().$executeRaw`update endpoint_cluster set acknowledged_generation = generation where endpoint_id = ${this.endpointId}::uuid`
    await db().endpoint.update({ where: { id: this.endpointId }, data: { removedAt: new Date(0) } })
  }
}

/** What this seed makes of its house. */
export function chooseHouse(story: Story): Choices {
  const choices = chooseRest(story)
  if (choices.clusters < 2) return choices
  // By chance of its own: all that a seed draws beside this is drawn as it was before there was any of it.
  const own = new Story(-1 - story.seed, story.startMs, story.startMs)
  const soak = own.chance(0.4) ? own.pick([5, 10, 20]) : 0
  const ownSteps = own.chance(0.4) ? { ownSteps: own.pick([[500, 10_000], [1_000, 2_000, 10_000], [10_000]]) } : {}
  const alone = own.chance(0.6)
  // What is bad on the second cluster only is what a wave that returns alone is for; and the way there is short.
  const bad = () => own.pick(['errors', 'slow'] as const)
  const onSecond = own.chance(0.6)
    ? { fineOnFirst: true, behaviour: { 1: 'good' as const, 2: bad(), 3: bad() }, steps: [10_000], ownSteps: [2_500, 10_000] }
    : {}
  return {
    ...choices,
    ...ownSteps,
    ...onSecond,
    pace: { ...choices.pace, ...(soak > 0 ? { soak } : {}), ...(alone ? { waveFail: 'wave' } : {}) },
  }
}

function chooseRest(story: Story): Choices {
  const behaviour = (): Behaviour => (story.chance(0.65) ? 'good' : story.pick(['errors', 'slow'] as const))
  return {
    clusters: story.chance(0.3) ? 2 : 1,
    approvals: story.chance(0.2) ? story.between(1, 2) : 0,
    steps: story.chance(0.3) ? [1_000, 3_000, 10_000] : [2_500, 10_000],
    replicas: story.between(1, 2),
    live: story.chance(0.88),
    behaviour: { 1: 'good', 2: behaviour(), 3: behaviour() },
    pace: { watch: story.chance(0.3) ? 30 : 0, holdEnd: story.chance(0.7) ? 'return' : 'stay', burnIn: story.chance(0.2) ? 5 : 0 },
  }
}
