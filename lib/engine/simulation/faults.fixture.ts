import { intrude } from './cluster.fixture'
import type { Simulation } from './simulation.fixture'

/** Lays out what people do and what goes wrong with clusters, sources and the clock over the rough part of a story. */
export function planFaults(world: Simulation, seconds: number): void {
  const { story, rough } = world
  const someTime = () => story.between(0, seconds * 1_000)
  for (let i = story.between(3, 8); i > 0; i -= 1) story.after(someTime(), 'a person looks', () => world.people.act())
  for (let i = story.between(0, Math.ceil(rough * 3)); i > 0; i -= 1) story.after(someTime(), 'a cable', () => cutCable(world))
  for (let i = story.between(0, Math.ceil(rough * 3)); i > 0; i -= 1) story.after(someTime(), 'replicas', () => replicasDown(world))
  for (let i = story.between(0, Math.ceil(rough * 3)); i > 0; i -= 1) story.after(someTime(), 'a source', () => troubleSource(world))
  for (let i = story.between(0, Math.ceil(rough * 2)); i > 0; i -= 1) story.after(someTime(), 'an engine dies', () => killSome(world))
  if (story.chance(rough * 0.25)) story.after(someTime(), 'another writer', () => intrude(story, world.house, story.pick(world.clusters)))
  if (story.chance(rough * 0.3)) story.after(someTime(), 'the clock', () => stepClock(world))
}

function cutCable({ story, clusters }: Simulation): void {
  const cluster = story.pick(clusters)
  cluster.cut = true
  story.say(`${cluster.name} is cut off`)
  story.after(story.between(500, 30_000), 'the cable is back', () => {
    cluster.cut = false
    story.say(`${cluster.name} is back`)
  })
}

function replicasDown({ story, clusters, house }: Simulation): void {
  const cluster = story.pick(clusters)
  const arms = cluster.fake.held.get(house.endpointId)?.wish.arms ?? []
  if (arms.length === 0) return
  const { versionId } = story.pick(arms)
  const { neverReady } = cluster.fake.faults
  neverReady.add(versionId)
  cluster.downAt.set(versionId, story.nowMs)
  story.say(`replicas of ${house.numberOf(versionId)} on ${cluster.name} come down`)
  story.after(story.between(500, 45_000), 'replicas are back', () => {
    neverReady.delete(versionId)
    cluster.downAt.set(versionId, story.nowMs)
    story.say(`replicas of ${house.numberOf(versionId)} on ${cluster.name} are back`)
  })
}

async function troubleSource({ story, gateways }: Simulation): Promise<void> {
  const gateway = story.pick(gateways)
  const what = story.pick(['restart', 'clock', 'mute'] as const)
  if (what === 'restart') return gateway.restart(story.chance(0.5))
  story.say(`the source of ${gateway.name} ${what === 'clock' ? 'has a wrong clock' : 'is not heard'}`)
  if (what === 'mute') gateway.faults.muted = true
  else gateway.faults.offsetMs = story.pick([-700_000, -4_000, 1_500, 5_000, 30_000])
  story.after(story.between(1_000, 30_000), 'the source is well', () => {
    Object.assign(gateway.faults, { offsetMs: 0, muted: false })
    story.say(`the source of ${gateway.name} is well`)
  })
}

function killSome(world: Simulation): void {
  const { story, engines } = world
  const engine = story.pick(engines)
  if (!engine) return
  engine.alive = false
  story.say(`${engine.name} is killed`)
  story.after(story.between(0, 20_000), 'an engine starts', () => world.birth())
}

async function stepClock(world: Simulation): Promise<void> {
  const { story } = world
  await world.step(story.pick([-600_000, -8_000, -3_000, -1_000, -400, 400, 3_000, 30_000, 600_000, 3_600_000]))
}
