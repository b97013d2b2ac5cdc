import pg from 'pg'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import type { EnginePorts } from '@/lib/engine/turn'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { Gate, Policy } from '@/lib/rollouts/schema'
import { pauseRollout, promoteRollout, resumeRollout } from '@/lib/rollouts/steering/commands'
import { testDatabase } from '@/prisma/test-database'
import { checkAll } from './check'
import { replayVerdicts } from './replay'
import { readWhole, type WholeRecord } from './store'

const { url } = testDatabase()
afterEach(() => vi.restoreAllMocks())

const NODE = Number.parseInt(process.versions.node, 10)

async function whole(id: string): Promise<WholeRecord> {
  const record = await readWhole(id)
  if (!record) throw new Error('gone')
  return record
}

async function replay(id: string, node = NODE) {
  const { rollout, lines, inputs } = await whole(id)
  return replayVerdicts(rollout.plan, lines, inputs, node)
}

/** An engine whose every third turn is its last; the next one begins with nothing in memory. */
function mortal(world: World) {
  let turns = 0
  const birth = (): EnginePorts =>
    world.ports({
      onEffect(effect) {
        if (effect === 'looked') turns += 1
        if (effect !== 'committed' || turns % 3 !== 0) return
        current = birth()
        throw new Error('killed')
      },
    })
  let current = birth()
  return () => current
}

async function expectBits(id: string, least: number): Promise<void> {
  const { verdicts, broken } = await replay(id)
  expect(broken).toBeNull()
  expect(verdicts.filter((verdict) => verdict.equal !== 'bits')).toEqual([])
  expect(verdicts.length).toBeGreaterThanOrEqual(least)
  expect((await whole(id)).chain).toMatchObject({ intact: true, faults: [] })
}

describe('every verdict comes out bit for bit from ledger and evidence alone', () => {
  test(
    'of a bad version, judged by engines that die every third turn',
    async () => {
      const world = await World.make({ seed: 61, steps: [2_500, 10_000], versions: { 2: { bad: 0.08 } } })
      const id = await world.launch(2)
      expect(await world.until(id, ['returned', 'promoted'], 900, mortal(world))).toBe('returned')
      await expectBits(id, 3)
    },
    LONG_MS,
  )

  test(
    'of turns after the clock was set back by ten minutes: each is later than what was written before it',
    async () => {
      const world = await World.make({ seed: 66 })
      const id = await world.launch(2)
      await world.pass(1)
      world.nowMs += 5_000
      const engineer = world.actor('engineer')
      expect(await pauseRollout(engineer, { rolloutId: id })).toMatchObject({ ok: true })
      const { revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
      const pausedMs = world.nowMs
      world.nowMs -= 600_000
      // A replica is as old as it is, whatever the clock says.
      for (const { startedAt } of world.fake().held.values()) for (const [version, at] of startedAt) startedAt.set(version, at - 600_000)
      expect(await resumeRollout(engineer, { rolloutId: id, revision })).toMatchObject({ ok: true })
      await world.pass(30)
      const [frame] = await db().ledger.findMany({ where: { rolloutId: id, kind: 'frame' }, orderBy: { seq: 'asc' } })
      expect(frame.at.getTime()).toBeGreaterThan(pausedMs)
      await expectBits(id, 1)
    },
    LONG_MS,
  )

  test(
    'with slots that a silent source left incomplete, a pause, a resume and a person who promotes, through two waves and the watch',
    async () => {
      const world = await World.make({ seed: 62, clusters: 2, steps: [2_500, 10_000], pace: { watch: 60 } })
      const id = await world.launch(2)
      await world.pass(25)
      world.fake().faults.unreachable = 'The cable is cut.'
      await world.pass(40)
      world.fake().faults.unreachable = null
      await pauseRollout(world.actor('sre'), { rolloutId: id })
      await world.pass(10)
      const { revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
      await resumeRollout(world.actor('sre'), { rolloutId: id, revision })
      await world.until(id, ['progressing'])
      await world.pass(5)
      const later = await db().rollout.findUniqueOrThrow({ where: { id } })
      expect(await promoteRollout(world.actor('sre'), { rolloutId: id, revision: later.revision })).toMatchObject({ ok: true })
      expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
      await world.pass(20)
      await expectBits(id, 6)
      const { inputs } = await whole(id)
      expect(inputs.some(({ input }) => input.kind === 'evidence' && input.row.flags & 2)).toBe(true)
    },
    LONG_MS,
  )

  test(
    'with labels that come late',
    async () => {
      const world = await World.make({ seed: 63, steps: [5_000, 10_000], pace: { minDwell: 120 } })
      await gateAccuracy(world)
      await label(world, 1, 0.1, 60)
      const id = await world.launch(2)
      for (let i = 0; i < 24; i += 1) {
        await world.pass(5)
        // Labels of what was predicted 20 s ago, of both versions.
        await label(world, 1, 0.1, 20)
        await label(world, 2, 0.12, 20)
      }
      await world.pass(20)
      const { inputs } = await whole(id)
      expect(inputs.filter(({ input }) => input.kind === 'labels').length).toBeGreaterThan(5)
      await expectBits(id, 4)
    },
    LONG_MS,
  )
})

/** The environment's next policy judges accuracy too. */
async function gateAccuracy(world: World): Promise<void> {
  const where = { environmentId_version: { environmentId: world.environmentId, version: 1 } }
  const { document } = await db().environmentPolicy.findUniqueOrThrow({ where })
  const policy = Policy.parse(document)
  const next = { ...policy, gates: [...policy.gates, Gate.parse({ metric: 'accuracy', required: false })] }
  await db().environmentPolicy.create({ data: { environmentId: world.environmentId, version: 2, document: next, authorName: 'A' } })
  await db().environment.update({ where: { id: world.environmentId }, data: { policyVersion: 2 } })
}

/** 120 labels that come now, of predictions of this version `ago` seconds before, of the generations that it was counted under then. */
async function label(world: World, version: number, wrong: number, ago: number): Promise<void> {
  const at = new Date(world.nowMs - ago * 1_000)
  await pool().query('select telemetry.ensure_partitions($1, $2)', [at, new Date(world.nowMs)])
  await pool().query(
    `insert into telemetry.outcome (id, at, value, received_at, matched_at, series, generation, positive)
     select gen_random_uuid(), $1, case when i <= $2 then 0 else 1 end, $3, $3, w.series, w.generation, true
     from (select series, generation from telemetry.window_5s w join telemetry.series s on s.id = w.series
           where s.version_id = $4 and w.slot <= $1 order by w.slot desc limit 1) w, generate_series(1, 120) i`,
    [at, Math.round(wrong * 120), new Date(world.nowMs - 1), world.version(version)],
  )
}

describe('the replay', () => {
  test(
    'names the slot and the numbers of a verdict whose evidence was changed, says that nothing else differs, and fails',
    async () => {
      const world = await World.make({ seed: 64, steps: [2_500, 10_000], versions: { 2: { bad: 0.08 } } })
      const id = await world.launch(2)
      await world.until(id, ['returned', 'promoted'])
      const said: string[] = []
      expect(await checkAll([id], (line) => said.push(line))).toBe(true)
      expect(said.join('\n')).toMatch(/(\d+) of \1 verdicts equal bit for bit; ledger intact, \d+ rows/)
      const root = new pg.Client({ connectionString: `${inject('postgres').superuser}${new URL(url).pathname.slice(1)}` })
      await root.connect()
      await root.query('set session_replication_role = replica')
      // Two requests of the candidate that failed are made to have succeeded, in the last slot that was judged.
      await root.query(
        `update telemetry.evidence set counts[3] = greatest(0, counts[3] - 2)
         where rollout = $1 and slot = (select max(slot) from telemetry.evidence where rollout = $1 and counts[3] >= 2)`,
        [id],
      )
      const { verdicts } = await replay(id)
      const differing = verdicts.filter((verdict) => verdict.equal === 'no')
      expect(differing.length).toBeGreaterThan(0)
      expect(differing.length).toBeLessThan(verdicts.length)
      expect(differing[0].differences.map((difference) => difference.path)).toContain('gates.0.parts.0.xC')
      said.length = 0
      expect(await checkAll([id], (line) => said.push(line))).toBe(false)
      expect(said.join('\n')).toMatch(/row \d+, slot \d{4}-\d\d-\d\dT[\d:]+.*: gates\.0\.\S+ was [\d.-]+, is [\d.-]+/)
      await root.query(`update ledger set at = at - interval '1 s' where rollout_id = $1 and seq = 2`, [id])
      await root.end()
      said.length = 0
      expect(await checkAll([id], (line) => said.push(line))).toBe(false)
      expect(said.join('\n')).toContain('Row 2 is not what its hash was made from.')
    },
    LONG_MS,
  )

  test(
    'works for rows from before point and version of Node were noted, and calls what is within 1e-9 near, not equal',
    async () => {
      const world = await World.make({ seed: 65, steps: [2_500, 10_000], pace: { watch: 60 } })
      const id = await world.launch(2)
      await world.until(id, ['promoted'])
      await world.pass(70)
      const { rollout, lines, inputs } = await whole(id)
      const old = lines.map((line) => {
        if (line.event.kind !== 'judged') return line
        const { judgement } = line.event
        return { ...line, event: { kind: 'judged' as const, judgement: { ...judgement, total: judgement.total + 1e-12 } } }
      })
      const { verdicts } = replayVerdicts(rollout.plan, old, inputs, NODE)
      expect(verdicts.length).toBeGreaterThan(3)
      expect(new Set(verdicts.map((verdict) => verdict.equal))).toEqual(new Set(['near']))
      const sameNode = old.map((line) => (line.event.kind === 'judged' ? { ...line, event: { ...line.event, node: NODE } } : line))
      expect(new Set(replayVerdicts(rollout.plan, sameNode, inputs, NODE).verdicts.map((verdict) => verdict.equal))).toEqual(
        new Set(['no']),
      )
    },
    LONG_MS,
  )
})
