import { afterEach, expect, test, vi } from 'vitest'
import { approveRollout } from '@/lib/approvals/commands'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { newId } from '@/lib/id'
import { checkChain } from '../replay/store'
import { downloadReport, getReport } from './queries'

afterEach(() => vi.restoreAllMocks())

test(
  'a report says who launched and approved, the plan and its hash, each step with its evidence and decision, the end, and the head of the chain; it is the same as Markdown and JSON',
  async () => {
    const world = await World.make({ seed: 81, approvals: 1, steps: [2_500, 10_000], versions: { 2: { bad: 0.08 } } })
    const id = await world.launch(2)
    const { planHash, revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
    const ben = await makeMember([{ role: 'approver', teamId: world.teamId }], { name: 'Ben | the "second"' })
    expect(await approveRollout(ben, { rolloutId: id, planHash, revision, reason: 'Looks right.' })).toMatchObject({ ok: true })
    expect(await world.until(id, ['returned', 'promoted'])).toBe('returned')

    const viewer = world.actor('viewer')
    const report = await getReport(viewer, id)
    expect(report).toMatchObject({
      launched: { by: 'Some engineer' },
      approvals: { needed: 1, answers: [{ by: ben.name, role: 'approver', answer: 'yes', reason: 'Looks right.' }] },
      phase: 'returned',
      planHash,
      from: { number: 1 },
      to: { number: 2 },
      ledger: { intact: true, head: (await checkChain(db(), id)).head },
      verdicts: expect.stringMatching(/^(\d+) of \1 verdicts equal bit for bit$/),
    })
    const [step] = report.steps
    expect(report.steps).toHaveLength(1)
    expect(step).toMatchObject({
      weight: 2_500,
      decision: expect.stringMatching(/^Returns to v1, because errors proven worse than tolerated/),
    })
    expect(step.gates[0]).toMatchObject({ metric: 'errors', verdict: 'fail', sentence: expect.stringMatching(/^The candidate fails/) })
    const { candidate, stable } = step.counted
    expect(candidate.bad / candidate.requests).toBeGreaterThan(0.04)
    expect(stable.requests).toBeGreaterThan(2 * candidate.requests)
    expect(report.timeline[0]).toMatchObject({ seq: 1, who: 'Some engineer' })

    const json = await downloadReport(viewer, id, { format: 'json' })
    expect(json.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.json"$/)
    expect({ ...(await json.json()), madeAt: '' }).toEqual({ ...report, madeAt: '' })
    const markdown = await (await downloadReport(viewer, id, { format: 'md' })).text()
    for (const part of [planHash, report.ledger.head, 'Ben \\| the "second"', step.decision, step.gates[0].sentence, '### 25 % on '])
      expect(markdown).toContain(part)
    // Each row of a table has as many cells as its head.
    const cells = (line: string) => line.replace(/\\./g, '').split('|').length
    const lines = markdown.split('\n')
    lines.forEach((line, i) => {
      if (line.startsWith('|') && lines[i - 1]?.startsWith('|')) expect(cells(line)).toBe(cells(lines[i - 1]))
    })
    await expect(downloadReport(viewer, id, { format: 'pdf' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('md or json'),
    })
    const stranger = { ...viewer, grants: [{ role: 'viewer' as const, teamId: newId(), environmentId: null }] }
    await expect(getReport(stranger, id)).rejects.toMatchObject({ code: 'not-found' })
  },
  LONG_MS,
)
