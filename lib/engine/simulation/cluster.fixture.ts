import type { ApplyResult, ClusterTarget, Driver, ObserveResult, Unreachable } from '@/lib/drivers/driver'
import { FakeCluster, fakeDriver } from '@/lib/drivers/fake'
import type { Wish } from '@/lib/endpoints/wish'
import type { House } from './house.fixture'
import type { Story } from './story.fixture'

/** What a write to a cluster is looked at with, at the moment when the cluster takes it. */
export interface Written {
  cluster: FakeCluster
  clusterId: string
  before: Wish | null
  wish: Wish
}

/** One cluster of the simulation, and what goes wrong between it and the engines. */
export interface SimulatedCluster {
  id: string
  name: string
  fake: FakeCluster
  /** No call comes through. */
  cut: boolean
  /** Calls are answered from this older look until then. */
  staleUntilMs: number
  stale: ObserveResult | null
  /** When a version's replicas last came down, ms. */
  downAt: Map<string, number>
  /** Another writer's route stands, and nobody has decided about it. */
  foreign: boolean
}

export function makeClusters(story: Story, house: House): SimulatedCluster[] {
  return house.clusterIds.map((id, i) => ({
    id,
    name: `c${i}`,
    fake: new FakeCluster(() => story.nowMs, story.pick([0, 0, 1_500, 6_000])),
    cut: false,
    staleUntilMs: 0,
    stale: null,
    downAt: new Map(),
    foreign: false,
  }))
}

export function wordsOf(house: House, wish: Wish): string {
  const arms = wish.arms.map((arm) => `${house.numberOf(arm.versionId)} ${arm.role} ${arm.weight / 100} % x${arm.replicas}`)
  return `generation ${wish.generation}, fence ${wish.fence}: ${arms.join(', ') || 'nothing'}`
}

const lost = (reason: string): Unreachable => ({ ok: false, kind: 'unreachable', reason })

/**
 * The driver of the simulated clusters: calls that do not come through, that do but whose answer is lost, that arrive much later, that are answered from an
 * old look, refused as a conflict, or throttled. `rough`: how often, 0 to 1. `onWritten` is told of every write that a cluster takes.
 */
export function faultyDriver(
  story: Story,
  house: House,
  clusters: SimulatedCluster[],
  rough: () => number,
  onWritten: (written: Written) => void,
): Driver {
  const real = fakeDriver(new Map(clusters.map((cluster) => [cluster.id, cluster.fake])))
  const find = (target: ClusterTarget) => clusters.find((cluster) => cluster.id === target.id)
  const write = async (cluster: SimulatedCluster, target: ClusterTarget, wish: Wish, signal: AbortSignal): Promise<ApplyResult> => {
    const before = cluster.fake.held.get(wish.endpointId)?.wish ?? null
    const result = await real.apply(target, wish, signal)
    story.say(`${cluster.name} ${result.ok ? 'takes' : `refuses as ${result.kind}`} ${wordsOf(house, wish)}`)
    if (result.ok) onWritten({ cluster: cluster.fake, clusterId: cluster.id, before, wish })
    return result
  }
  return {
    ...real,
    async observe(target, signal) {
      const cluster = find(target)
      if (!cluster || cluster.cut) return lost('The cable is cut.')
      if (story.chance(rough() * 0.03)) return lost('Did not answer in time.')
      if (cluster.stale && story.nowMs < cluster.staleUntilMs) return cluster.stale
      const seen = await real.observe(target, signal)
      if (story.chance(rough() * 0.03)) {
        cluster.stale = structuredClone(seen)
        cluster.staleUntilMs = story.nowMs + story.between(500, 8_000)
        story.say(`looks at ${cluster.name} are old until later`)
      }
      return seen
    },
    async apply(target, wish, signal) {
      const cluster = find(target)
      if (!cluster || cluster.cut) return lost('The cable is cut.')
      const draw = story.random()
      const share = rough() * 0.06
      if (draw < share) return lost('Too many requests.')
      if (draw < 2 * share) return { ok: false, kind: 'conflict', fence: wish.fence, generation: wish.generation }
      if (draw < 3 * share) {
        await write(cluster, target, wish, signal)
        return lost('Did not answer in time.')
      }
      if (draw < 4 * share) {
        const copy = structuredClone(wish)
        story.after(story.between(100, 40_000), `a write reaches ${cluster.name} late`, async () => {
          await write(cluster, target, copy, signal)
        })
        return lost('Did not answer in time.')
      }
      return write(cluster, target, wish, signal)
    },
  }
}

/** Somebody else puts all traffic on one version, past our fences: what a rescue by hand does. */
export function intrude(story: Story, house: House, cluster: SimulatedCluster): void {
  const held = cluster.fake.held.get(house.endpointId)?.wish
  if (!held || held.arms.length === 0) return
  const chosen = story.pick(held.arms).versionId
  const arms = held.arms.map((arm) => ({ ...arm, weight: arm.versionId === chosen ? 10_000 : 0 }))
  const theirs = { ...held, salt: 'theirs', fence: held.fence + 1_000_000, generation: held.generation + story.pick([1, 1, 5]), arms }
  cluster.fake.intrude(theirs)
  cluster.foreign = true
  story.say(`another writer takes ${cluster.name}: ${wordsOf(house, theirs)}`)
}
