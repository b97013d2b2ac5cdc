import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { LONG_MS, World, type WorldOptions } from '@/lib/engine/world.fixture'
import { approvalGiven } from '@/lib/rollouts/approval'
import { getRolloutView } from '@/lib/rollouts/queries'
import { Gate } from '@/lib/rollouts/schema'
import { cancelRollout, pauseRollout, resumeRollout, returnRollout } from '@/lib/rollouts/steering/commands'
import { findRollout } from '@/lib/rollouts/store'
import { addWebhook } from './commands'
import type { Notifier } from './notifier'
import { notifier, Receiver, startSealing, tell, value } from './receiver.fixture'

let stop: () => void
beforeAll(async () => {
  stop = await startSealing()
})
afterAll(() => stop())
afterEach(() => vi.restoreAllMocks())

const errors = Gate.parse({ metric: 'errors', floor: 0.01 })

/** A world with a webhook to a receiver; the notifier's clock is the world's. */
async function told(options: WorldOptions) {
  const world = await World.make({ steps: [2_500, 10_000], gates: [errors], ...options })
  const receiver = await Receiver.start()
  value(await addWebhook(world.actor('sre'), { teamId: world.teamId, name: 'on-call', url: receiver.url }))
  return { world, receiver, own: notifier({ ms: 0 }, { now: async () => world.nowMs }) }
}

/** Tells what is new, and expects exactly one message of this type, in the very words that the API answers at that moment. */
async function expectTold({ world, receiver, own }: { world: World; receiver: Receiver; own: Notifier }, id: string, type: string) {
  const before = receiver.got.length
  await tell(own)
  const fresh = receiver.got.slice(before).filter(({ message }) => message.data.rollout === id)
  expect(fresh.map(({ message }) => message.type)).toEqual([type])
  const view = await getRolloutView(world.actor('viewer'), id)
  const { data, timestamp } = fresh[0].message
  expect(data.headline).toBe(view.headline)
  expect(data.standing).toBe(view.standing.sentence)
  expect(data.holds).toEqual(view.holds)
  expect(data).toMatchObject({
    rollout: id,
    phase: view.phase,
    from: view.from,
    to: view.to,
    model: world.slug,
    environment: world.environment,
  })
  expect(data.url).toBe(`https://slipway.example.test/rollouts/${id}`)
  const row = await db().ledger.findUniqueOrThrow({ where: { rolloutId_seq: { rolloutId: id, seq: data.event.seq } } })
  expect(timestamp).toBe(row.at.toISOString())
  return data
}

async function seen(rolloutId: string) {
  const { revision } = await db().rollout.findUniqueOrThrow({ where: { id: rolloutId }, select: { revision: true } })
  return { rolloutId, revision }
}

async function watchOf(id: string): Promise<string | undefined> {
  const rollout = await findRollout(db(), id)
  return rollout?.state.phase === 'promoted' ? rollout.state.watch : undefined
}

test(
  'waiting for approval, live, paused, resumed, promoted, watched and cancelled are each told once, in the sentence that the API shows',
  async () => {
    const here = await told({ seed: 11, approvals: 1, pace: { watch: 20 } })
    const { world, receiver } = here
    const id = await world.launch(2)
    expect((await expectTold(here, id, 'rollout.awaiting_approval')).headline).toMatch(/^Waits for 1 approval of v1 to v2/)
    world.nowMs += 1_000
    await db().$transaction((tx) => approvalGiven(tx, id, new Date(world.nowMs)))
    expect((await expectTold(here, id, 'rollout.live')).headline).toMatch(/^Starting v2 on cluster-/)
    await world.until(id, ['progressing'])
    value(await pauseRollout(world.actor('sre'), { rolloutId: id, reason: 'looking' }))
    const held = await expectTold(here, id, 'rollout.holding')
    expect(held.holds).toMatchObject([{ reason: 'person', owner: 'engineer', until: expect.any(String) }])
    // A hold that lasts is one change, however many turns it lasts.
    await world.pass(20)
    await tell(here.own)
    expect(receiver.types(id).filter((type) => type === 'rollout.holding')).toHaveLength(1)
    value(await resumeRollout(world.actor('sre'), await seen(id)))
    await expectTold(here, id, 'rollout.resumed')
    await world.until(id, ['promoted'])
    await expectTold(here, id, 'rollout.promoted')
    await world.pass(60, { stop: async () => (await watchOf(id)) !== 'open' })
    await expectTold(here, id, 'rollout.watch_passed')
    const next = await world.launch(3)
    await expectTold(here, next, 'rollout.awaiting_approval')
    world.nowMs += 1_000
    value(await cancelRollout(world.actor('engineer'), { rolloutId: next, reason: 'another day' }))
    expect((await expectTold(here, next, 'rollout.cancelled')).headline).toMatch(/another day/)
    await receiver.down()
  },
  LONG_MS,
)

test(
  'a version that is thrown out is told when it turns back and when it is gone, and the reason is the sentence with its numbers',
  async () => {
    const here = await told({ seed: 12, versions: { 2: { bad: 0.3 } } })
    const id = await here.world.launch(2)
    await expectTold(here, id, 'rollout.live')
    await here.world.until(id, ['returning'])
    expect((await expectTold(here, id, 'rollout.returning')).headline).toMatch(
      /^Returning to v1: The candidate fails \d+x as often as stable/,
    )
    await here.world.until(id, ['returned'])
    expect((await expectTold(here, id, 'rollout.returned')).headline).toMatch(
      /^Returned to v1: The candidate fails \d+x as often as stable/,
    )
    await here.receiver.down()
  },
  LONG_MS,
)

test(
  'a person’s return is told as it begins and as it ends',
  async () => {
    const here = await told({ seed: 14 })
    const id = await here.world.launch(2)
    await here.world.until(id, ['progressing'])
    await expectTold(here, id, 'rollout.live')
    value(await returnRollout(here.world.actor('sre'), { rolloutId: id, reason: 'odd logs' }))
    expect((await expectTold(here, id, 'rollout.returning')).headline).toMatch(/odd logs/)
    await here.world.until(id, ['aborted'])
    await expectTold(here, id, 'rollout.aborted')
    await here.receiver.down()
  },
  LONG_MS,
)

test(
  'a hold of the engine’s own names its reason, its owner and its end',
  async () => {
    const here = await told({ seed: 13 })
    const id = await here.world.launch(2)
    await expectTold(here, id, 'rollout.live')
    await here.world.pass(30, { stop: async () => here.world.fake().weightOf(here.world.endpointId, here.world.version(2)) > 0 })
    here.world.traffic.perSecond = 0
    await here.world.until(id, ['holding'], 120)
    const { holds, headline } = await expectTold(here, id, 'rollout.holding')
    expect(holds).toMatchObject([{ reason: 'no-data', owner: 'sre', until: expect.any(String) }])
    expect(headline).toMatch(/^Held at 25 %\. There is no data to judge/)
    await here.receiver.down()
  },
  LONG_MS,
)
