import { approveRollout } from '@/lib/approvals/commands'
import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db'
import { createKey, scaleEndpoint } from '@/lib/endpoints/commands'
import { adoptRoute, restoreRoute } from '@/lib/endpoints/takeover/commands'
import type { Result } from '@/lib/errors'
import { launchRollout, returnEndpoint } from '@/lib/rollouts/commands'
import {
  cancelRollout,
  keepTheirs,
  pauseRollout,
  promoteRollout,
  restoreOurs,
  resumeRollout,
  returnRollout,
} from '@/lib/rollouts/steering/commands'
import type { SimulatedCluster } from './cluster.fixture'
import type { House } from './house.fixture'
import type { Story } from './story.fixture'

/** Holds that a person answers by going on. */
const RESUMED = ['approval', 'person', 'dwell', 'wave-failed']

interface Seen {
  id: string
  phase: string
  revision: number
  planHash: string
  holds: string[]
}

/** The people of the house: they look, and act by the commands that pages and API call. An answer of "something failed on our side" is a fault. */
export class People {
  /** Rollouts that a person pushed to 100 %: evidence did not speak for them. */
  readonly promoted = new Set<string>()
  private keys = 0

  constructor(
    private readonly story: Story,
    private readonly house: House,
    private readonly clusters: SimulatedCluster[],
  ) {}

  /** Somebody looks and does one thing that may make sense. */
  async act(): Promise<void> {
    const open = await this.look()
    const awaiting = open.find((rollout) => rollout.phase === 'awaiting-approval')
    const live = open.find((rollout) => rollout.phase !== 'awaiting-approval')
    if (awaiting && this.story.chance(0.7)) return this.answer(awaiting)
    if (live?.holds.includes('takeover') && this.story.chance(0.6)) return this.decide(live)
    if (live?.holds.some((hold) => RESUMED.includes(hold)) && this.story.chance(0.6))
      return this.steer('resume', resumeRollout, live, 'engineer')
    if (live && this.story.chance(0.6)) return this.steerSomehow(live)
    if (!live && this.clusters.some((cluster) => cluster.foreign) && this.story.chance(0.5)) return this.answerQuiet()
    if (!live && this.story.chance(0.7)) return this.launch()
    return this.tend()
  }

  async look(): Promise<Seen[]> {
    const rows = await db().rollout.findMany({
      where: { endpointId: this.house.endpointId, phase: { in: ['awaiting-approval', 'starting', 'progressing', 'holding', 'returning'] } },
      select: { id: true, phase: true, revision: true, planHash: true, state: true },
      orderBy: { createdAt: 'asc' },
    })
    return rows.map(({ state, ...row }) => ({
      ...row,
      holds: ((state as { holds?: { reason: string }[] }).holds ?? []).map((hold) => hold.reason),
    }))
  }

  private told<T>(what: string, result: Result<T>): T | null {
    this.story.say(`a person: ${what} -> ${result.ok ? 'done' : `${result.problem.code}: ${result.problem.message}`}`)
    if (result.ok) return result.value
    if (result.problem.code === 'internal') this.story.violate(`${what} failed on our side`)
    return null
  }

  async launch(): Promise<void> {
    const { model, environment } = { model: this.house.slug, environment: this.house.environment }
    const version = this.house.choices.live || this.story.chance(0.5) ? this.story.pick([2, 2, 3]) : 1
    const endpoint = await db().endpoint.findUniqueOrThrow({ where: { id: this.house.endpointId }, select: { liveVersionId: true } })
    const strategy = endpoint.liveVersionId === null ? 'initial' : this.story.chance(0.2) ? 'blue-green' : 'canary'
    const pace = strategy === 'blue-green' ? { ...this.house.pace, minDwell: 10 } : undefined
    const input = { model, environment, version, strategy, pace, replicas: this.house.choices.replicas }
    this.told(`launch v${version} (${strategy})`, await launchRollout(this.house.people.engineer, input))
  }

  private async answer({ id, revision, planHash }: Seen): Promise<void> {
    const who = this.story.pick(['approver', 'second'] as const)
    this.told(`${who} says yes`, await approveRollout(this.house.people[who], { rolloutId: id, planHash, revision }))
  }

  private async decide(live: Seen): Promise<void> {
    const keep = this.story.chance(0.4)
    const input = { rolloutId: live.id, revision: live.revision }
    const done = this.told(keep ? 'keep theirs' : 'restore ours', await (keep ? keepTheirs : restoreOurs)(this.house.people.sre, input))
    if (done) for (const cluster of this.clusters) cluster.foreign = false
  }

  /** No rollout is live, and another writer has the route. */
  private async answerQuiet(): Promise<void> {
    const adopt = this.story.chance(0.4)
    const input = { endpointId: this.house.endpointId }
    const done = this.told(adopt ? 'adopt theirs' : 'restore ours', await (adopt ? adoptRoute : restoreRoute)(this.house.people.sre, input))
    if (done) for (const cluster of this.clusters) cluster.foreign = false
  }

  private async steerSomehow(live: Seen): Promise<void> {
    const acts = [
      ['pause', pauseRollout],
      ['resume', resumeRollout],
      ['return', returnRollout],
      ['cancel', cancelRollout],
      ['promote now', promoteRollout],
    ] as const
    const [name, command] = this.story.pick(acts)
    if (name === 'promote now') this.promoted.add(live.id)
    await this.steer(name, command, live, this.story.pick(['engineer', 'sre'] as const))
  }

  private async steer(name: string, command: typeof pauseRollout, live: Seen, who: 'engineer' | 'sre'): Promise<void> {
    const revision = this.story.chance(0.1) ? live.revision + 1 : live.revision
    this.told(name, await command(this.house.people[who], { rolloutId: live.id, revision }))
  }

  /** Work on the endpoint itself: back to an earlier version, more or fewer replicas, a new key. */
  private async tend(): Promise<void> {
    const { endpointId, people } = this.house
    const what = this.story.pick(['back', 'scale', 'key'] as const)
    if (what === 'scale')
      return void this.told('scale', await scaleEndpoint(people.engineer, { endpointId, replicas: this.story.between(1, 3) }))
    if (what === 'key') return this.addKey(people.sre)
    const version = this.story.between(1, 3)
    this.told(`back to v${version}`, await returnEndpoint(people.engineer, { endpointId, version }))
  }

  private async addKey(sre: Actor): Promise<void> {
    this.keys += 1
    this.told('new key', await createKey(sre, { endpointId: this.house.endpointId, name: `key ${this.keys}` }))
  }
}
