import { afterEach, expect, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import { getRolloutTimeline, getRolloutView } from '@/lib/rollouts/queries'
import { lowerRollout, mirrorRollout, pauseRollout, resumeRollout, returnRollout } from '@/lib/rollouts/steering/commands'
import { readLedger } from '@/lib/rollouts/store'
import { probeClusters } from './probe-clusters'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

async function seen(rolloutId: string) {
  const { revision } = await db().rollout.findUniqueOrThrow({ where: { id: rolloutId }, select: { revision: true } })
  return { rolloutId, revision }
}

const wishOf = (world: World) => world.fake().held.get(world.endpointId)?.wish
const candidate = (world: World) => world.fake().weightOf(world.endpointId, world.version(2))

/** A rollout of version 2, paused at its first step once it had traffic there. */
async function paused(world: World): Promise<string> {
  await probeClusters(world.ports().clusters)
  const id = await world.launch(2)
  await world.pass(30, { stop: async () => candidate(world) > 0 })
  await pauseRollout(world.actor('engineer'), { rolloutId: id })
  await world.pass(5)
  return id
}

/** What was judged, slot by slot, over generations. */
async function evidence(rolloutId: string): Promise<string[]> {
  const { rows } = await pool().query<{ slot: Date; counts: number[] }>(
    'select slot, counts from telemetry.evidence where rollout = $1 order by slot, generation',
    [rolloutId],
  )
  const slots = new Map<number, number[]>()
  for (const { slot, counts } of rows) {
    const sum = slots.get(slot.getTime())
    slots.set(slot.getTime(), sum ? counts.map((count, i) => count + sum[i]) : counts)
  }
  return [...slots.values()].map((counts) => counts.join())
}

test(
  'copies that all fail change no evidence, no weight and no decision: they count as shadow, and the rollout goes on as without them',
  async () => {
    const play = async (mirrors: boolean) => {
      const world = await World.make({ seed: 81, steps: [2_500, 10_000] })
      const engineer = world.actor('engineer')
      const id = await paused(world)
      if (mirrors) {
        expect(await mirrorRollout(engineer, { ...(await seen(id)), share: 10_000 })).toMatchObject({
          ok: true,
          value: { phase: 'holding' },
        })
      }
      await world.pass(60)
      expect(candidate(world)).toBe(2_500)
      return { world, id, engineer }
    }
    const without = await evidence((await play(false)).id)
    const { world, id, engineer } = await play(true)
    expect(wishOf(world)?.mirror).toEqual({ versionId: world.version(2), share: 10_000 })
    const judged = await evidence(id)
    expect(judged.length).toBeGreaterThan(8)
    expect(judged).toEqual(without)
    const shadow = await pool().query<{ n: number; bad: number }>(
      `select sum(w.n)::float8 as n, sum(w.bad)::float8 as bad from telemetry.series s join telemetry.window_5s w on w.series = s.id
       where s.endpoint_id = $1 and s.role = 'shadow' and s.version_id = $2`,
      [world.endpointId, world.version(2)],
    )
    expect(shadow.rows[0].n).toBeGreaterThan(4_000)
    expect(shadow.rows[0].bad).toBe(shadow.rows[0].n)
    const view = await getRolloutView(engineer, id)
    expect(view.mirror).toMatchObject({ share: 10_000, minutes: 5, dropped: 0 })
    expect(view.options.map(({ verb, allowed }) => [verb, allowed])).toContainEqual(['unmirror', true])
    expect(view.standing.sentence).toContain('Copies of 100 % of live requests go to v2; nobody gets its answers.')
    expect(await resumeRollout(engineer, await seen(id))).toMatchObject({ ok: true, value: { phase: 'progressing' } })
    await world.pass(3)
    expect(wishOf(world)?.mirror).toBeUndefined()
    expect(await world.until(id, ['promoted', 'returned', 'holding'])).toBe('promoted')
  },
  LONG_MS,
)

test(
  'copies are turned on by who may resume and saw what is there, stay at 0 %, are ended at once, and both stand in the ledger and the trail',
  async () => {
    const world = await World.make({ seed: 82, steps: [2_500, 5_000, 10_000] })
    const engineer = world.actor('engineer')
    const id = await paused(world)
    const old = await seen(id)
    expect(await mirrorRollout(world.actor('viewer'), old)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await mirrorRollout(engineer, { ...old, revision: old.revision - 1 })).toMatchObject({ ok: false, problem: { code: 'stale' } })
    expect(await mirrorRollout(engineer, { ...old, share: 10_001 })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    const before = wishOf(world)?.generation ?? 0
    expect(await mirrorRollout(engineer, old)).toMatchObject({ ok: true })
    await world.pass(2)
    expect(wishOf(world)).toMatchObject({ generation: before + 1, mirror: { versionId: world.version(2), share: 5_000 } })
    expect(await lowerRollout(engineer, { rolloutId: id })).toMatchObject({ ok: true })
    await world.pass(5)
    expect(candidate(world)).toBe(0)
    expect(wishOf(world)?.mirror?.share).toBe(5_000)
    // Nothing of what was seen is said: what takes load away is never refused for that.
    expect(await mirrorRollout(engineer, { rolloutId: id, share: 0 })).toMatchObject({ ok: true, value: { phase: 'holding' } })
    await world.pass(2)
    expect(wishOf(world)?.mirror).toBeUndefined()
    const ledger = (await readLedger(db(), id)).flatMap(({ event }) => (event.kind === 'mirrored' ? [event.share] : []))
    expect(ledger).toEqual([5_000, 0])
    const told = (await getRolloutTimeline(engineer, id)).map(({ who, what }) => `${who}: ${what}`)
    expect(told).toContain('Some engineer: Sends copies of 50 % of live requests to v2; nobody gets its answers')
    expect(told).toContain('Some engineer: Ends the copies to v2')
    const audits = await db().audit.findMany({ where: { targetId: id, verb: 'rollout.mirror' }, orderBy: { at: 'asc' } })
    expect(audits.map(({ detail }) => (detail as { share: number }).share)).toEqual([5_000, 0])
  },
  LONG_MS,
)

test(
  'copies are refused where a cluster cannot send them, and end with a return',
  async () => {
    const world = await World.make({ seed: 83, steps: [2_500, 10_000] })
    const engineer = world.actor('engineer')
    const id = await paused(world)
    world.fake().faults.noMirror = 'nobody copies here'
    await probeClusters(world.ports().clusters)
    const refused = await mirrorRollout(engineer, await seen(id))
    expect(refused).toMatchObject({ ok: false, problem: { code: 'conflict', message: expect.stringMatching(/cannot send copies/) } })
    const offered = (await getRolloutView(engineer, id)).options.find(({ verb }) => verb === 'mirror')
    expect(offered).toMatchObject({ allowed: false, why: expect.stringMatching(/cannot send copies/) })
    world.fake().faults.noMirror = null
    await probeClusters(world.ports().clusters)
    expect(await mirrorRollout(engineer, await seen(id))).toMatchObject({ ok: true })
    await world.pass(2)
    expect(wishOf(world)?.mirror?.share).toBe(1_000)
    expect(await returnRollout(engineer, { rolloutId: id })).toMatchObject({ ok: true })
    expect(await world.until(id, ['aborted'], 30)).toBe('aborted')
    expect(wishOf(world)?.mirror).toBeUndefined()
  },
  LONG_MS,
)

test(
  'on Kubernetes copies go only to a version without requests of its own: they are refused beside a share, and offered once it is back at 0 %',
  async () => {
    const world = await World.make({ seed: 84, steps: [2_500, 10_000] })
    const engineer = world.actor('engineer')
    const id = await paused(world)
    await db().cluster.updateMany({ where: { id: { in: world.clusterIds } }, data: { driver: 'kubernetes' } })
    const offered = async () => (await getRolloutView(engineer, id)).options.find(({ verb }) => verb === 'mirror')
    const refused = { ok: false, problem: { code: 'conflict', message: expect.stringMatching(/Take it back to 0 % first/) } }
    expect(await mirrorRollout(engineer, await seen(id))).toMatchObject(refused)
    expect(await offered()).toMatchObject({ allowed: false, why: expect.stringMatching(/Take it back to 0 % first/) })
    expect(await lowerRollout(engineer, { rolloutId: id })).toMatchObject({ ok: true })
    await world.pass(5)
    expect(await offered()).toMatchObject({ allowed: true })
    expect(await mirrorRollout(engineer, await seen(id))).toMatchObject({ ok: true })
    await world.pass(2)
    expect(wishOf(world)?.mirror?.versionId).toBe(world.version(2))
    expect(candidate(world)).toBe(0)
  },
  LONG_MS,
)
