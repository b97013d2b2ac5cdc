import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { approvalGiven } from '@/lib/rollouts/approval'
import { returnEndpoint } from '@/lib/rollouts/commands'
import type { LedgerEvent } from '@/lib/rollouts/ledger'
import { Gate, type NoData } from '@/lib/rollouts/schema'
import {
  extendRollout,
  lowerRollout,
  pauseRollout,
  promoteRollout,
  raiseRollout,
  resumeRollout,
  returnRollout,
} from '@/lib/rollouts/steering/commands'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

const errors = Gate.parse({ metric: 'errors', floor: 0.01 })
const silentFor = (noData: NoData) => [{ ...errors, noData }]

async function holds(id: string): Promise<string[]> {
  const rollout = await findRollout(db(), id)
  return rollout?.state.phase === 'holding' ? rollout.state.holds.map((hold) => hold.reason) : []
}

async function events(id: string): Promise<LedgerEvent[]> {
  return (await readLedger(db(), id)).map(({ event }) => event)
}

async function seen(rolloutId: string) {
  const { revision } = await db().rollout.findUniqueOrThrow({ where: { id: rolloutId }, select: { revision: true } })
  return { rolloutId, revision }
}

/** A rollout of version 2 that stands at its first step, whose callers then fall silent: the sources still report that nothing came. */
async function fallSilent(world: World): Promise<string> {
  const id = await world.launch(2)
  await world.pass(30, { stop: async () => world.fake().weightOf(world.endpointId, world.version(2)) > 0 })
  world.traffic.perSecond = 0
  return id
}

test(
  'a gate whose plan counts no data as a fail returns, and says that nothing was proven',
  async () => {
    const world = await World.make({ seed: 61, steps: [2_500, 10_000], gates: silentFor('fail') })
    const id = await fallSilent(world)
    expect(await world.until(id, ['returned', 'promoted', 'holding'], 120)).toBe('returned')
    const rollout = await findRollout(db(), id)
    expect(rollout?.headline).toMatch(/^Returned to v1: errors had no data for \d+ s, which this plan counts as a fail\.$/)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
  },
  LONG_MS,
)

test(
  'a gate whose plan extends lets the step last once longer, then returns',
  async () => {
    const world = await World.make({ seed: 62, steps: [2_500, 10_000], gates: silentFor('extend'), pace: { maxDwell: 60 } })
    const id = await fallSilent(world)
    await world.pass(90)
    expect(await world.phase(id)).toBe('progressing')
    expect((await events(id)).filter((event) => event.kind === 'extended')).toHaveLength(1)
    expect(await world.until(id, ['returned', 'promoted', 'holding'], 60)).toBe('returned')
  },
  LONG_MS,
)

test(
  'a gate that may pass without data goes on, and the ledger says that nothing was judged',
  async () => {
    const world = await World.make({ seed: 63, steps: [2_500, 10_000], gates: silentFor('pass') })
    const id = await fallSilent(world)
    expect(await world.until(id, ['promoted', 'returned', 'holding'], 150)).toBe('promoted')
    const step = (await events(id)).findLast((event) => event.kind === 'step')
    expect(step).toMatchObject({ why: { cause: 'without-data' } })
  },
  LONG_MS,
)

test(
  'a dry run says that it fails, and the rollout goes on to its promotion',
  async () => {
    const gates = [{ ...errors, dryRun: true }, Gate.parse({ metric: 'latency' })]
    const world = await World.make({ seed: 64, steps: [2_500, 10_000], gates, versions: { 2: { bad: 0.2 } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'])).toBe('promoted')
    const judged = (await events(id)).flatMap((event) => (event.kind === 'judged' ? event.judgement.gates : []))
    expect(judged.some((gate) => gate.metric === 'errors' && gate.verdict === 'fail' && gate.dryRun)).toBe(true)
  },
  LONG_MS,
)

test(
  'at its longest dwell a rollout may be given more time, raised to the next step, or neither where it is stale',
  async () => {
    // 4 requests/s at 5 %: nothing can be proven within a minute.
    const world = await World.make({ seed: 65, requestsPerSecond: 8, steps: [500, 5_000, 10_000], pace: { maxDwell: 60, minRequests: 1 } })
    const engineer = world.actor('engineer')
    const id = await world.launch(2)
    expect(await world.until(id, ['holding', 'returned', 'promoted'], 200)).toBe('holding')
    expect(await holds(id)).toEqual(['dwell'])
    const old = await seen(id)
    expect(await extendRollout(engineer, old)).toMatchObject({ ok: true, value: { phase: 'progressing' } })
    expect(await raiseRollout(engineer, old)).toMatchObject({ ok: false, problem: { code: 'stale' } })
    expect(await extendRollout(engineer, { rolloutId: id })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await world.until(id, ['holding', 'returned', 'promoted'], 100)).toBe('holding')
    expect(await raiseRollout(engineer, await seen(id))).toMatchObject({ ok: true, value: { phase: 'progressing' } })
    await world.pass(5)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(5_000)
    const raised = (await events(id)).filter((event) => event.kind === 'step').at(-1)
    expect(raised).toMatchObject({ weight: 5_000, why: { cause: 'person' } })
    expect(await db().audit.count({ where: { targetId: id, verb: { in: ['rollout.extend', 'rollout.raise'] } } })).toBe(2)
  },
  LONG_MS,
)

test(
  'a step that can decide at the present traffic is not raised',
  async () => {
    const world = await World.make({ seed: 66, steps: [2_500, 5_000, 10_000] })
    const id = await world.launch(2)
    await world.pass(12)
    const refused = await raiseRollout(world.actor('engineer'), await seen(id))
    expect(refused).toMatchObject({ ok: false, problem: { code: 'conflict', message: expect.stringMatching(/can decide/) } })
  },
  LONG_MS,
)

test(
  'back to 0 % takes every request from the candidate, keeps it ready, and what was counted before is no evidence for what follows',
  async () => {
    const world = await World.make({ seed: 67, steps: [2_500, 5_000, 10_000] })
    const engineer = world.actor('engineer')
    const id = await world.launch(2)
    await world.pass(200, { stop: async () => world.fake().weightOf(world.endpointId, world.version(2)) === 5_000 })
    // Not refused though nothing of what was seen is said: what lowers never is.
    expect(await lowerRollout(engineer, { rolloutId: id, reason: 'odd answers' })).toMatchObject({ ok: true, value: { phase: 'holding' } })
    await world.pass(60)
    expect(await holds(id)).toEqual(['lowered'])
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
    expect(
      world
        .fake()
        .held.get(world.endpointId)
        ?.wish.arms.map((arm) => arm.versionId),
    ).toContain(world.version(2))
    expect(await promoteRollout(engineer, await seen(id))).toMatchObject({ ok: false, problem: { code: 'conflict' } })

    const from = (await readLedger(db(), id)).at(-1)?.seq ?? 0
    expect(await resumeRollout(engineer, await seen(id))).toMatchObject({ ok: true, value: { phase: 'starting' } })
    expect(await world.until(id, ['promoted', 'returned', 'holding'])).toBe('promoted')
    const later = (await readLedger(db(), id)).filter(({ seq }) => seq > from).map(({ event }) => event)
    expect(later.flatMap((event) => (event.kind === 'step' ? [event.weight] : []))).toEqual([2_500, 5_000, 10_000])
    const first = later.find((event) => event.kind === 'judged' && event.judgement.step === 0)
    expect(first?.kind === 'judged' && first.judgement.requests).toBeLessThan(600)
  },
  LONG_MS,
)

test(
  'a pause is not lifted by raising, and returning from 0 % waits until the cluster says so',
  async () => {
    const world = await World.make({ seed: 68, steps: [2_500, 5_000, 10_000] })
    const sre = world.actor('sre')
    const id = await world.launch(2)
    await world.pass(15)
    await pauseRollout(sre, { rolloutId: id })
    expect(await raiseRollout(sre, await seen(id))).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    world.fake().faults.unreachable = 'The cable is cut.'
    await world.pass(2)
    expect(await lowerRollout(sre, { rolloutId: id })).toMatchObject({ ok: true })
    const back = await db().rollout.findUniqueOrThrow({ where: { id } })
    expect(back.phase).toBe('holding')
    expect(await returnRollout(sre, { rolloutId: id })).toMatchObject({ ok: true, value: { phase: 'returning' } })
    await world.pass(15)
    expect(await world.phase(id)).toBe('returning')
    world.fake().faults.unreachable = null
    expect(await world.until(id, ['aborted'], 30)).toBe('aborted')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
  },
  LONG_MS,
)

test(
  'a launch during the watch is allowed and ends the watch; a return does, too',
  async () => {
    const world = await World.make({ seed: 69, steps: [2_500, 10_000], pace: { watch: 3_600 } })
    const first = await world.launch(2)
    expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
    expect((await findRollout(db(), first))?.state).toMatchObject({ watch: 'open' })
    const second = await world.launch(3)
    expect((await findRollout(db(), first))?.state).toMatchObject({ phase: 'promoted', watch: 'ended' })
    expect((await events(first)).at(-1)).toMatchObject({ kind: 'watch-ended' })
    expect(await world.until(second, ['promoted', 'returned'])).toBe('promoted')
    expect(await returnEndpoint(world.actor('engineer'), { endpointId: world.endpointId, version: 2 })).toMatchObject({ ok: true })
    expect((await findRollout(db(), second))?.state).toMatchObject({ watch: 'ended' })
  },
  LONG_MS,
)

test(
  'a launch that waits for approval leaves the watch open until it begins',
  async () => {
    const world = await World.make({ seed: 70, steps: [2_500, 10_000], pace: { watch: 3_600 } })
    const first = await world.launch(2)
    expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
    const { document } = await db().environmentPolicy.findFirstOrThrow({ where: { environmentId: world.environmentId } })
    const strict = { ...(document as object), approvals: 1 }
    await db().environmentPolicy.create({ data: { environmentId: world.environmentId, version: 2, document: strict, authorName: 'A' } })
    await db().environment.update({ where: { id: world.environmentId }, data: { policyVersion: 2 } })
    const second = await world.launch(3)
    expect((await findRollout(db(), first))?.state).toMatchObject({ watch: 'open' })
    await db().$transaction((tx) => approvalGiven(tx, second, new Date(world.nowMs)))
    expect((await findRollout(db(), first))?.state).toMatchObject({ watch: 'ended' })
  },
  LONG_MS,
)

const objective = Gate.parse({ metric: 'objective', max: 0.02 })

test(
  'a candidate that fails while stable fails its own objective is not returned: a person is asked, and may return all the same',
  async () => {
    const gates = [errors, objective]
    const world = await World.make({ seed: 71, steps: [2_500, 10_000], gates, versions: { 1: { bad: 0.1 }, 2: { bad: 0.4 } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['holding', 'returned', 'promoted'], 200)).toBe('holding')
    await world.pass(20)
    expect(await holds(id)).toContain('stable-bad')
    const rollout = await findRollout(db(), id)
    expect(rollout?.headline).toContain('v1 fails its own objective')
    const engineer = world.actor('engineer')
    expect(await promoteRollout(engineer, await seen(id))).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    expect(await extendRollout(engineer, await seen(id))).toMatchObject({ ok: true, value: { phase: 'holding' } })
    expect(await returnRollout(engineer, { rolloutId: id })).toMatchObject({ ok: true, value: { phase: 'returning' } })
  },
  LONG_MS,
)

test(
  'a watch that finds a fault asks instead of returning to a version that fails its own objective',
  async () => {
    const behaviour = { bad: 0.01 }
    const stable = { bad: 0.1 }
    const gates = [errors, objective]
    const world = await World.make({
      seed: 72,
      steps: [2_500, 10_000],
      gates,
      pace: { watch: 3_600 },
      versions: { 1: stable, 2: behaviour },
    })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    behaviour.bad = 0.5
    const asks = async () => (await findRollout(db(), id))?.state
    await world.pass(200, { stop: async () => ((await asks()) as { watch?: string } | undefined)?.watch !== 'open' })
    expect(await asks()).toMatchObject({ phase: 'promoted', watch: 'asks' })
    expect((await findRollout(db(), id))?.headline).toContain('But v1 fails its own objective')
    await world.pass(10)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(10_000)
    expect(await db().rollout.count({ where: { endpointId: world.endpointId, strategy: 'return' } })).toBe(0)
    expect(await db().audit.count({ where: { targetId: id, verb: 'rollout.watch-asks' } })).toBe(1)
  },
  LONG_MS,
)
