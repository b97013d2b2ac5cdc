import { afterEach, expect, test, vi } from 'vitest'
import { approvalDetail } from '@/lib/approvals/queries'
import { db } from '@/lib/db'
import { launchRollout, previewRollout, rerunRollout } from '@/lib/rollouts/commands'
import { getRolloutView } from '@/lib/rollouts/queries'
import { whatIf } from '@/lib/rollouts/replay/queries'
import { replayVerdicts } from '@/lib/rollouts/replay/replay'
import { readWhole } from '@/lib/rollouts/replay/store'
import { markdownOf } from '@/lib/rollouts/report/markdown'
import { getReport } from '@/lib/rollouts/report/queries'
import { resumeRollout } from '@/lib/rollouts/steering/commands'
import { stepsAt } from '@/lib/rollouts/steps'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import { measureReturns } from './return-times'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

const NODE = Number.parseInt(process.versions.node, 10)
const SOAK = 60
const OPTIONS = { clusters: 2, steps: [2_500, 10_000], clusterSteps: { 1: [1_000, 5_000, 10_000] }, pace: { soak: SOAK } }
const weight = (world: World, cluster: number) => world.fake(cluster).weightOf(world.endpointId, world.version(2))
const view = (world: World, id: string) => getRolloutView(world.actor('viewer'), id)

test(
  'each cluster goes by its own steps, the second only after the first has proven itself at 100 % for its soak, and every page says so',
  async () => {
    const world = await World.make({ seed: 81, ...OPTIONS })
    const id = await world.launch(2)
    await world.pass(300, { stop: async () => weight(world, 0) === 10_000 })
    await world.pass(SOAK / 2)
    expect([weight(world, 0), weight(world, 1)]).toEqual([10_000, 0])
    const soaking = await view(world, id)
    const sentence = new RegExp(`soaks on ${world.clusterName(0)} for \\d+ of ${SOAK} s before ${world.clusterName(1)} begins`)
    expect(soaking.headline).toMatch(sentence)
    expect(soaking.standing.blocks).toMatch(sentence)
    expect((await db().rollout.findUniqueOrThrow({ where: { id } })).headline).toMatch(sentence)
    expect(soaking.waves.map(({ state, steps }) => [state, steps])).toEqual([
      ['soaks', [2_500, 10_000]],
      ['waits', [1_000, 5_000, 10_000]],
    ])
    expect(await world.until(id, ['promoted', 'returned', 'holding'])).toBe('promoted')
    const lines = await readLedger(db(), id)
    const routed = (cluster: number) =>
      lines.flatMap(({ at, event }) =>
        event.kind === 'acknowledged' && event.cluster === world.clusterName(cluster) ? [{ at, weight: event.weight }] : [],
      )
    expect(routed(0).map((each) => each.weight)).toEqual([2_500, 10_000])
    expect(routed(1).map((each) => each.weight)).toEqual([1_000, 5_000, 10_000])
    const finished = lines.find(({ event }) => event.kind === 'wave-finished')
    expect(finished && finished.at - routed(0)[1].at).toBeGreaterThanOrEqual(SOAK * 1_000)
    const record = await readWhole(id)
    if (!record) throw new Error('no record')
    const { verdicts, broken } = replayVerdicts(record.rollout.plan, record.lines, record.inputs, NODE)
    expect([broken, verdicts.filter(({ equal }) => equal !== 'bits')]).toEqual([null, []])
    const report = markdownOf(await getReport(world.actor('viewer'), id))
    expect(report).toContain('it soaked for')
    expect(report).toContain(`${world.clusterName(1)}: 10 % -> 50 % -> 100 %`)
  },
  LONG_MS,
)

test(
  'a version that turns bad in its soak is returned before the next cluster had any of it',
  async () => {
    const behaviour = { bad: 0.005 }
    const world = await World.make({ seed: 82, ...OPTIONS, versions: { 2: behaviour } })
    const id = await world.launch(2)
    await world.pass(300, { stop: async () => weight(world, 0) === 10_000 })
    await world.pass(SOAK / 3)
    behaviour.bad = 0.3
    expect(await world.until(id, ['promoted', 'returned', 'aborted'])).toBe('returned')
    const routed = (await readLedger(db(), id)).flatMap(({ event }) => (event.kind === 'acknowledged' ? [event.cluster] : []))
    expect(routed).not.toContain(world.clusterName(1))
  },
  LONG_MS,
)

test(
  'a launch may be more careful on a cluster than its policy, never less; preview, approval and a second run know its steps',
  async () => {
    const world = await World.make({ seed: 83, ...OPTIONS, approvals: 1 })
    const engineer = world.actor('engineer')
    const choice = { model: world.slug, environment: world.environment, version: 2 }
    const on = (steps: number[], soak = SOAK) => ({ ...choice, clusterSteps: [{ cluster: world.clusterName(1), steps }], pace: { soak } })
    expect(await launchRollout(engineer, on([5_000, 10_000]))).toMatchObject({
      ok: false,
      problem: { fields: [{ path: `clusterSteps.${world.clusterName(1)}`, message: expect.stringMatching(/first step is at most 10 %/) }] },
    })
    expect(await launchRollout(engineer, on([1_000, 5_000, 10_000], 30))).toMatchObject({
      ok: false,
      problem: { fields: [{ path: 'pace.soak' }] },
    })
    const careful = [100, 1_000, 5_000, 10_000]
    const preview = await previewRollout(engineer, on(careful))
    expect(preview.ok && preview.value.steps.map((step) => step.weight)).toEqual([2_500, 10_000])
    expect(preview.ok && preview.value.others.map((other) => other.steps.map((step) => step.weight))).toEqual([careful])
    const launched = await launchRollout(engineer, on(careful))
    if (!launched.ok) throw new Error(launched.problem.message)
    expect(await approvalDetail(world.actor('approver'), launched.value.id)).toMatchObject({
      clusterSteps: [{ cluster: world.clusterName(1), steps: careful }],
      soakSeconds: SOAK,
    })
    await db().rollout.update({ where: { id: launched.value.id }, data: { phase: 'cancelled', endedAt: new Date(world.nowMs) } })
    const again = await rerunRollout(engineer, { rolloutId: launched.value.id })
    const plan = again.ok ? (await findRollout(db(), again.value.id))?.plan : null
    expect(plan && [stepsAt(plan, 0), stepsAt(plan, 1), plan.pace.soak]).toEqual([[2_500, 10_000], careful, SOAK])
  },
  LONG_MS,
)

test(
  'where a failing wave returns alone, what is bad on the second cluster takes nothing from the first; begun anew by a person it is judged anew, and its whole record replays',
  async () => {
    const behaviour = { bad: 0.3 }
    const pace = { waveFail: 'wave' as const }
    const world = await World.make({ seed: 84, clusters: 2, steps: [2_500, 10_000], pace, versions: { 2: behaviour }, badOn: 1 })
    const id = await world.launch(2)
    const held = async () => (await findRollout(db(), id))?.state.phase === 'holding'
    await world.pass(600, { stop: held })
    await world.pass(5)
    expect([weight(world, 0), weight(world, 1)]).toEqual([10_000, 0])
    const failed = await view(world, id)
    expect(failed.headline).toMatch(new RegExp(`^Held at 0 % on ${world.clusterName(1)}\\. Only .* was sent back: errors proven worse`))
    expect(failed.waves.map(({ state }) => state)).toEqual(['done', 'returned'])
    await measureReturns(new Date(world.nowMs))
    const [measured] = await readLedger(db(), id, ['safe'])
    const times = measured.event.kind === 'safe' ? measured.event.times : null
    expect(measured.event).toMatchObject({ wave: 1, times: { firstBad: expect.any(Number), written: expect.any(Number) } })
    expect(times?.counted).toBeGreaterThanOrEqual(times?.written ?? Number.POSITIVE_INFINITY)
    expect(times?.firstBad).toBeLessThan(times?.decided ?? 0)
    await measureReturns(new Date(world.nowMs))
    expect(await readLedger(db(), id, ['safe'])).toHaveLength(1)
    // A minute later, with what is left of it counted and judged, nothing has moved.
    await world.pass(60)
    expect([weight(world, 0), weight(world, 1), await world.phase(id)]).toEqual([10_000, 0, 'holding'])
    behaviour.bad = 0.005
    const { revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
    expect(await resumeRollout(world.actor('engineer'), { rolloutId: id, revision })).toMatchObject({ ok: true })
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    const record = await readWhole(id)
    if (!record) throw new Error('no record')
    expect(record.lines.filter(({ event }) => event.kind === 'wave-returned')).toHaveLength(1)
    const { verdicts, broken } = replayVerdicts(record.rollout.plan, record.lines, record.inputs, NODE)
    expect([broken, verdicts.filter(({ equal }) => equal !== 'bits')]).toEqual([null, []])
    const trail = await db().audit.findMany({ where: { targetId: id }, select: { verb: true } })
    expect(trail.map(({ verb }) => verb)).toContain('rollout.wave-returned')
    const report = await getReport(world.actor('viewer'), id)
    expect(markdownOf(report)).toContain(`${world.clusterName(1)}: 25 % -> 100 %; a fail returns it alone`)
    const [first, again] = report.steps.filter(({ cluster, weight: share }) => cluster === world.clusterName(1) && share === 2_500)
    expect(first.decision).toMatch(/^Takes .* back to 0 % alone, from 25 %, because errors proven worse/)
    expect(again.decision).toMatch(/^Goes to 100 %/)
    const badShare = ({ counted: { candidate } }: typeof first) => candidate.bad / candidate.requests
    expect([badShare(first) > 0.2, badShare(again) < 0.05]).toEqual([true, true])
    const ungated = await whatIf(world.actor('viewer'), id, { gates: [] })
    expect(ungated.sentence).toBe('It would not have been returned by what was counted; one cluster was.')
    expect(ungated.steps.map(({ was, would }) => [was.action, would.action])).toEqual([
      ['advanced', 'advance'],
      ['advanced', 'advance'],
      ['returned', 'advance'],
      ['advanced', 'advance'],
      ['advanced', 'advance'],
    ])
  },
  LONG_MS,
)
