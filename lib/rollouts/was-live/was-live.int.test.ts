import { afterEach, expect, test, vi } from 'vitest'
import { approveRollout } from '@/lib/approvals/commands'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { retireEndpoint } from '@/lib/endpoints/commands'
import { liveAt } from '@/lib/endpoints/history/store'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { newId } from '@/lib/id'
import { returnEndpoint } from '../commands'
import { replayRollout, whatIf, whatIfAll } from '../replay/queries'
import { Policy } from '../schema'
import { returnRollout } from '../steering/commands'
import { getWasLive } from './queries'

afterEach(() => vi.restoreAllMocks())

/** The environment's next policy judges errors, and never acts on them. */
async function onlyLook(world: World): Promise<void> {
  const where = { environmentId_version: { environmentId: world.environmentId, version: 1 } }
  const policy = Policy.parse((await db().environmentPolicy.findUniqueOrThrow({ where })).document)
  const document = { ...policy, gates: policy.gates.map((gate) => (gate.metric === 'errors' ? { ...gate, dryRun: true } : gate)) }
  await db().environmentPolicy.create({ data: { environmentId: world.environmentId, version: 2, document, authorName: 'A' } })
  await db().environment.update({ where: { id: world.environmentId }, data: { policyVersion: 2 } })
}

test(
  'what was live at a time, and who launched, approved, promoted, sent back and returned, is one question; past rollouts are judged again with other gates',
  async () => {
    const world = await World.make({ seed: 71, approvals: 1, steps: [2_500, 10_000], versions: { 3: { bad: 0.1 } } })
    const viewer = world.actor('viewer')
    const ben = await makeMember([{ role: 'approver', teamId: world.teamId }], { name: 'Ben' })
    const ask = async (at?: number) => {
      const { rows } = await getWasLive(viewer, world.environment, { at: at ? new Date(at).toISOString() : '' })
      expect(rows).toHaveLength(1)
      return rows[0]
    }
    const approve = async (id: string) => {
      // The hand clock stands still between two calls: nobody approves in the moment of the launch.
      await world.pass(2)
      const { planHash, revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
      const result = await approveRollout(ben, { rolloutId: id, planHash, revision })
      if (!result.ok) throw new Error(result.problem.message)
    }
    const begin = world.nowMs
    expect((await ask()).sentence).toBe('Nothing was promoted here on record before.')
    await world.pass(2)

    const good = await world.launch(2)
    await approve(good)
    await world.pass(15)
    const during = world.nowMs
    expect(await world.until(good, ['promoted', 'returned'])).toBe('promoted')
    await world.pass(3)
    const promoted = world.nowMs

    const bad = await world.launch(3)
    await approve(bad)
    expect(await world.until(bad, ['promoted', 'returned'])).toBe('returned')
    await world.pass(3)
    const sentBack = world.nowMs

    const stopped = await world.launch(3)
    await approve(stopped)
    // Long enough to be counted, too short to be proven bad.
    await world.pass(13)
    expect(await returnRollout({ ...world.actor('sre'), name: 'Sam' }, { rolloutId: stopped })).toMatchObject({ ok: true })
    await world.until(stopped, ['aborted'])
    const aborted = world.nowMs

    // From now on the errors gate only looks, and the same bad version goes through.
    await onlyLook(world)
    const third = await world.launch(3)
    await approve(third)
    expect(await world.until(third, ['promoted', 'returned'])).toBe('promoted')
    const result = await returnEndpoint({ ...world.actor('engineer'), name: 'Eve' }, { endpointId: world.endpointId, version: 2 })
    if (!result.ok) throw new Error(result.problem.message)
    await world.until(result.value.id, ['promoted'])
    await world.pass(2)

    expect(await ask(begin)).toMatchObject({ version: null, since: null, underWay: null })
    expect(await ask(during)).toMatchObject({
      version: null,
      underWay: { rolloutId: good, version: 2, approvedBy: ['Ben'], weights: [{ weight: 2_500 }] },
    })
    expect(await ask(promoted)).toMatchObject({
      version: 2,
      rolloutId: good,
      launchedBy: 'Some engineer',
      approvedBy: ['Ben'],
      promotedBy: "the engine, by the plan's gates",
      underWay: null,
      sentBack: null,
    })
    expect((await ask(promoted)).sentence).toMatch(
      /^v2 since \d{4}-\d\d-\d\d \d\d:\d\d UTC, by a rollout \(canary\) that Some engineer launched and Ben approved; promoted by the engine, by the plan's gates\.$/,
    )
    expect(await ask(sentBack)).toMatchObject({
      version: 2,
      sentBack: { rolloutId: bad, version: 3, by: "the engine, by the plan's gates" },
    })
    expect(await ask(aborted)).toMatchObject({ version: 2, sentBack: { rolloutId: stopped, by: 'Sam' } })
    expect(await ask()).toMatchObject({
      version: 2,
      strategy: 'return',
      launchedBy: 'Eve',
      sentence: expect.stringMatching(/: Eve returned to it\.$/),
    })
    await expect(ask(world.nowMs + 60_000)).rejects.toThrow(/has not come yet/)
    await expect(getWasLive(viewer, world.environment, { at: 'noon' })).rejects.toThrow(/Give a time such as/)

    const stranger = { ...viewer, grants: [{ role: 'viewer' as const, teamId: newId(), environmentId: null }] }
    expect((await getWasLive(stranger, world.environment, {})).rows).toEqual([])
    for (const read of [replayRollout(stranger, bad), whatIf(stranger, bad, {})])
      await expect(read).rejects.toMatchObject({ code: 'not-found' })

    const gates = [{ metric: 'errors', tolerance: 10, limit: 20, floor: 0.4 }]
    expect(await whatIf(viewer, bad, { gates })).toMatchObject({ outcome: 'passed' })
    await expect(whatIf(viewer, bad, { alpha: 2 })).rejects.toMatchObject({ code: 'invalid' })
    const all = await whatIfAll(viewer, { environment: world.environment, change: { gates } })
    expect(all).toMatchObject({ judged: 4, stopped: 0, passed: 1 })
    expect(all.sentence).toBe(
      'Of 4 past rollouts, these gates would have stopped 0 that went on then, and would have let 1 go on that went back.',
    )
    const acting = await whatIfAll(viewer, { environment: world.environment, change: { gates: [{ metric: 'errors', floor: 0.01 }] } })
    expect(acting.sentence).toBe('Of 4 past rollouts, these gates would have stopped 1 that went on then.')
    expect(acting.rows.find((row) => row.outcome === 'stopped')).toMatchObject({
      rolloutId: third,
      sentence: expect.stringMatching(/^It would have been returned at 25 %: The candidate fails .* In fact it was promoted\.$/),
    })
    expect(await whatIfAll(stranger, { environment: world.environment, change: {} })).toMatchObject({ judged: 0, rows: [] })
    expect(await replayRollout(viewer, bad)).toMatchObject({ intact: true, equal: true, faults: [], differences: [], broken: null })
  },
  LONG_MS,
)

test(
  'while an endpoint was retired nothing was live there; launched again, what was live before its retirement is not taken for live',
  async () => {
    const world = await World.make({ seed: 72, steps: [10_000] })
    const { endpointId } = world
    const sam = { ...world.actor('sre'), name: 'Sam' }
    const ask = async (at?: number) =>
      (await getWasLive(world.actor('viewer'), world.environment, { at: at ? new Date(at).toISOString() : '' })).rows
    const first = await world.launch(2)
    expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
    await world.pass(2)
    const before = world.nowMs
    await world.pass(2)
    expect(await retireEndpoint(sam, { endpointId })).toMatchObject({ ok: true })
    await world.pass(4)
    const during = world.nowMs
    expect(await ask()).toEqual([])
    await world.pass(2)

    const again = await world.launch(2)
    await world.pass(1)
    const underWay = world.nowMs
    expect(await world.until(again, ['promoted', 'failed'])).toBe('promoted')
    await world.pass(2)

    expect(await ask(before)).toMatchObject([{ version: 2, rolloutId: first }])
    expect(await ask(during)).toEqual([])
    expect(await liveAt(db(), [endpointId], new Date(during))).toEqual(new Map())
    expect(await ask(underWay)).toMatchObject([
      {
        ...{ version: null, since: null, rolloutId: null, underWay: { rolloutId: again } },
        sentence: expect.stringMatching(/^Nothing was live since Sam retired it \d{4}-\d\d-\d\d \d\d:\d\d UTC\. A rollout to v2/),
      },
    ])
    expect(await ask()).toMatchObject([{ version: 2, rolloutId: again, retired: null }])
  },
  LONG_MS,
)
