import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { scaleEndpoint } from '@/lib/endpoints/commands'
import { log } from '@/lib/log'
import { Gate } from '@/lib/rollouts/schema'
import { LEASE_MS } from './claim'
import { neighbourOf } from './neighbour.fixture'
import { stillEngine } from './still-engine.fixture'
import { LONG_MS, World } from './world.fixture'

// Faults that rollout controllers have had in production, about what one bad thing does to the rest: a test for each class of them.

afterEach(() => vi.restoreAllMocks())

const SHORT = { steps: [2_500, 10_000], requestsPerSecond: 100 }
const GATES = [
  Gate.parse({ metric: 'errors', floor: 0.01 }),
  Gate.parse({ metric: 'latency' }),
  Gate.parse({ metric: 'objective', max: 0.02 }),
]

// A bad stable version blocks its fix: the controller waits for it to be healthy first.
test.each([
  ['fails three requests of ten', 0.3, Number.POSITIVE_INFINITY],
  ['has no replica that is ready, and fails every request', 1, 0],
])(
  'a stable version that %s does not keep its fix from being launched, proven and promoted',
  async (_how, bad, ready) => {
    const stable = { bad: 0.005 }
    const world = await World.make({ seed: 91, ...SHORT, gates: GATES, versions: { 1: stable } })
    stable.bad = bad
    world.fake().faults.readyAtMost.set(world.version(1), ready)
    await world.pass(30)
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'failed', 'holding'], 300)).toBe('promoted')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(10_000)
  },
  LONG_MS,
)

// One malformed object ends the controller, or keeps it in a loop.
test(
  'a malformed plan, wish or observation parks its own endpoint: the turns of the others go on, and its own do as soon as it is mended',
  async () => {
    const failed = vi.spyOn(log, 'error')
    const world = await World.make({ seed: 92, ...SHORT })
    const [byPlan, byWish, bySight] = [await neighbourOf(world), await neighbourOf(world), await neighbourOf(world)]
    const { planHash } = await db().rollout.findUniqueOrThrow({ where: { id: await byPlan.launch() } })
    await db().plan.create({ data: { hash: `${planHash}-torn`, document: { steps: 'none' } } })
    await db().rollout.updateMany({ where: { endpointId: byPlan.endpointId }, data: { planHash: `${planHash}-torn` } })
    const place = { endpointId: byWish.endpointId }
    const [{ wish }] = await db().endpointCluster.findMany({ where: place })
    await db().endpointCluster.updateMany({ where: place, data: { wish: { arms: 'none' }, observation: [7] } })
    const fake = world.fake()
    const observed = fake.observed.bind(fake)
    const torn = vi.spyOn(fake, 'observed').mockImplementation((id) => {
      const seen = observed(id)
      return seen && id === bySight.endpointId ? { ...seen, arms: null as never } : seen
    })
    const parked = [byPlan, byWish, bySight].map(({ endpointId }) => endpointId)
    const claims = async (id: string) => Number((await db().endpoint.findUniqueOrThrow({ where: { id } })).fence)
    const [before, beganMs] = [await Promise.all(parked.map(claims)), world.nowMs]
    await db().endpoint.updateMany({ where: { id: { in: parked } }, data: { wakeAt: new Date(world.nowMs) } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'failed', 'holding'], 200)).toBe('promoted')
    const told = failed.mock.calls.map(([fields]) => (fields as { endpoint?: string }).endpoint)
    for (const endpointId of parked) expect(told).toContain(endpointId)
    expect(told).not.toContain(world.endpointId)
    // Tried again when its lease ends, and no sooner.
    const most = 1 + (world.nowMs - beganMs) / LEASE_MS
    for (const [i, endpointId] of parked.entries()) expect((await claims(endpointId)) - before[i]).toBeLessThanOrEqual(most)

    torn.mockRestore()
    await db().endpointCluster.updateMany({ where: place, data: { wish: wish ?? {} } })
    await db().rollout.updateMany({ where: { endpointId: byPlan.endpointId }, data: { planHash } })
    failed.mockClear()
    await world.pass(40)
    expect(failed).not.toHaveBeenCalled()
    expect((await db().rollout.findFirstOrThrow({ where: { endpointId: byPlan.endpointId } })).phase).not.toBe('starting')
  },
  LONG_MS,
)

// A shard leaves its fence: an engine acts on what another one was given.
test(
  'an engine writes for an endpoint only under a claim of its own: what another one holds it leaves until the lease ends, and every write has its claim as its fence',
  async () => {
    const world = await World.make({ seed: 93, ...SHORT })
    const other = await neighbourOf(world)
    const under: { written: number; claimed: number }[] = []
    const engine = world.ports({
      onEffect(effect, claim) {
        if (effect !== 'applied' || claim.endpointId !== other.endpointId) return
        for (const { fence } of theirs().slice(under.length)) under.push({ written: fence, claimed: claim.fence })
      },
    })
    const holder = stillEngine(world, 'thought', other.endpointId)
    const first = world.fake().taken.length
    for (const { endpointId } of [other, world])
      expect(await scaleEndpoint(world.actor('engineer'), { endpointId, replicas: 3 })).toMatchObject({ ok: true })
    world.nowMs += 1_000
    await holder.engine.round()
    await holder.stands()
    const theirs = () =>
      world
        .fake()
        .taken.slice(first)
        .filter(({ endpointId }) => endpointId === other.endpointId)
    const wake = async () => {
      await db().endpoint.updateMany({ where: { id: other.endpointId }, data: { wakeAt: new Date(world.nowMs) } })
      return false
    }
    await wake()
    await world.pass(LEASE_MS / 1_000 - 1, { ports: () => engine, stop: wake })
    expect(theirs()).toEqual([])
    await world.pass(5, { ports: () => engine })
    const taken = theirs()
    expect(under).toHaveLength(taken.length)
    expect(taken.length).toBeGreaterThan(0)
    for (const { written, claimed } of under) expect(written).toBe(claimed)
    holder.letGo()
    await holder.engine.settled()
    expect(theirs()).toEqual(taken)
    expect(world.fake().held.get(other.endpointId)?.wish.arms).toMatchObject([{ replicas: 3 }])
  },
  LONG_MS,
)
