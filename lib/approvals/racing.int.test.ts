import { expect, it } from 'vitest'
import type { Actor } from '@/lib/auth/actor'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { launchRollout } from '@/lib/rollouts/commands'
import { cancelRollout, lowerRollout } from '@/lib/rollouts/steering/commands'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import { approveRollout } from './commands'
import { type House, makeHouse } from './house.fixture'

// Real transactions at once on PostgreSQL: whatever wins, what is stored is what one order of them would have stored.

const ROUNDS = 8

interface Asked {
  house: House
  engineer: Actor
  approvers: Actor[]
  question: { rolloutId: string; planHash: string; revision: number }
}

async function asked(approvals: number): Promise<Asked> {
  const house = await makeHouse(approvals)
  const engineer = await makeMember([{ role: 'engineer' }])
  const approvers = await Promise.all(Array.from({ length: approvals + 1 }, () => makeMember([{ role: 'approver' }])))
  return { house, engineer, approvers, question: await ask(house, engineer) }
}

async function ask({ model, environment }: House, engineer: Actor, steps = [500, 10_000]) {
  const launched = await launchRollout(engineer, { model, environment, version: 2, steps })
  if (!launched.ok) throw new Error(launched.problem.message)
  return { rolloutId: launched.value.id, planHash: launched.value.planHash, revision: 0 }
}

async function story(rolloutId: string) {
  const [rollout, lines] = [await findRollout(db(), rolloutId), await readLedger(db(), rolloutId)]
  return { phase: rollout?.state.phase, kinds: lines.map(({ event }) => event.kind), seqs: lines.map(({ seq }) => seq) }
}

it('an approval against a withdrawal: it begins and is returned, or it never begins', { timeout: 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { engineer, approvers, question } = await asked(1)
    const [yes, withdrawn] = await Promise.all([
      approveRollout(approvers[0], question),
      cancelRollout(engineer, { rolloutId: question.rolloutId }),
    ])
    expect(withdrawn).toMatchObject({ ok: true })
    const { phase, kinds, seqs } = await story(question.rolloutId)
    expect(seqs).toEqual(seqs.map((_, i) => i + 1))
    const used = await db().approval.count({ where: { rolloutId: question.rolloutId, usedAt: { not: null } } })
    if (yes.ok) {
      expect([phase, used]).toEqual(['returning', 1])
      expect(kinds.indexOf('approved')).toBeLessThan(kinds.indexOf('starting'))
      expect(kinds.indexOf('starting')).toBeLessThan(kinds.indexOf('returning'))
    } else {
      expect(yes.problem.code).toBe('conflict')
      expect([phase, used]).toEqual(['cancelled', 0])
      expect(kinds).not.toContain('approved')
      expect(kinds).not.toContain('starting')
    }
  }
})

it('of more yeses than are needed at once exactly one begins it, and none is counted twice', { timeout: 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { approvers, question } = await asked(2)
    const answers = await Promise.all(approvers.map((approver) => approveRollout(approver, question)))
    const counted = answers.filter((answer) => answer.ok)
    expect(counted.length).toBe(2)
    expect(counted.filter((answer) => answer.ok && answer.value.started)).toHaveLength(1)
    const { kinds, phase } = await story(question.rolloutId)
    expect(kinds.filter((kind) => kind === 'starting')).toHaveLength(1)
    expect(phase).toBe('starting')
  }
})

it('a yes to the plan of before never counts for the plan that took its place', { timeout: 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { house, engineer, approvers, question } = await asked(1)
    const edit = async () => {
      await cancelRollout(engineer, { rolloutId: question.rolloutId })
      return ask(house, engineer, [100, 500, 10_000]).catch(() => null)
    }
    const [yes, edited] = await Promise.all([approveRollout(approvers[0], question), edit()])
    if (edited) {
      expect(await approveRollout(approvers[0], { ...question, rolloutId: edited.rolloutId })).toMatchObject({
        ok: false,
        problem: { code: 'stale' },
      })
      expect((await story(edited.rolloutId)).phase).toBe('awaiting-approval')
      expect(await db().approval.count({ where: { rolloutId: edited.rolloutId } })).toBe(0)
    }
    expect((await story(question.rolloutId)).phase).toBe(yes.ok ? 'returning' : 'cancelled')
  }
})

it('back to 0 % at the moment of the approval is refused before it, or holds it at 0 % after it', { timeout: 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { engineer, approvers, question } = await asked(1)
    const [yes, lowered] = await Promise.all([
      approveRollout(approvers[0], question),
      lowerRollout(engineer, { rolloutId: question.rolloutId }),
    ])
    expect(yes.ok).toBe(true)
    expect((await story(question.rolloutId)).phase).toBe(lowered.ok ? 'holding' : 'starting')
    if (!lowered.ok) expect(lowered.problem).toMatchObject({ code: 'conflict', message: expect.stringMatching(/waits for approval/) })
  }
})
