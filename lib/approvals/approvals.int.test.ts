import { describe, expect, it, vi } from 'vitest'
import type { Actor } from '@/lib/auth/actor'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import * as clock from '@/lib/clock'
import { db } from '@/lib/db'
import { launchRollout } from '@/lib/rollouts/commands'
import { cancelRollout } from '@/lib/rollouts/steering/commands'
import { approveRollout, rejectRollout } from './commands'
import { type House, makeHouse } from './house.fixture'
import { approvalDetail, countWaiting, listAnswered, listWaiting } from './queries'

async function ask(house: House, engineer?: Actor) {
  const author = engineer ?? (await makeMember([{ role: 'engineer' }]))
  const launched = await launchRollout(author, { model: house.model, environment: house.environment, version: 2 })
  if (!launched.ok) throw new Error(launched.problem.message)
  expect(launched.value.phase).toBe('awaiting-approval')
  return { rolloutId: launched.value.id, planHash: launched.value.planHash, revision: 0 }
}

const approver = (name?: string) => makeMember([{ role: 'approver' }], { name })
const phase = async (id: string) => (await db().rollout.findUniqueOrThrow({ where: { id } })).phase

describe('an approval', () => {
  it('starts the rollout, and keeps who gave it, by which role, and for which plan', async () => {
    const request = await ask(await makeHouse())
    const ada = await approver('Ada')
    expect(await approveRollout({ ...ada, signedInAs: 'Erin' }, { ...request, reason: 'looks right' })).toMatchObject({
      ok: true,
      value: { have: 1, need: 1, started: true },
    })
    expect(await phase(request.rolloutId)).toBe('starting')
    const rows = await db().approval.findMany({ where: { rolloutId: request.rolloutId } })
    expect(rows).toMatchObject([
      { approverName: 'Ada', signedInAs: 'Erin', roleThen: 'approver', answer: 'yes', reason: 'looks right', planHash: request.planHash },
    ])
    expect(rows[0]?.usedAt).not.toBeNull()
    const trail = await db().audit.findMany({ where: { targetId: request.rolloutId, verb: 'rollout.approve' } })
    expect(trail).toMatchObject([{ actorName: 'Ada', signedInAs: 'Erin', detail: { planHash: request.planHash } }])
    const ledger = await db().ledger.findMany({ where: { rolloutId: request.rolloutId, kind: 'approved' } })
    expect(ledger).toMatchObject([{ payload: { have: 1, need: 1, by: { id: ada.id, name: 'Ada' } } }])
  })

  it('is refused for a plan or a revision that is not the one looked at', async () => {
    const request = await ask(await makeHouse())
    const ada = await approver()
    expect(await approveRollout(ada, { ...request, planHash: 'f'.repeat(64) })).toMatchObject({ ok: false, problem: { code: 'stale' } })
    expect(await approveRollout(ada, { ...request, revision: 7 })).toMatchObject({ ok: false, problem: { code: 'stale' } })
    expect(await approveRollout(ada, { ...request, planHash: 'yes' })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await phase(request.rolloutId)).toBe('awaiting-approval')
    expect(await db().approval.count({ where: { rolloutId: request.rolloutId } })).toBe(0)
  })

  it("of one rollout's plan is none for another rollout of the very same choice", async () => {
    const house = await makeHouse()
    const [one, two] = [await ask(house), await ask(house)]
    expect(one.planHash).not.toBe(two.planHash)
    expect(await approveRollout(await approver(), { ...two, planHash: one.planHash })).toMatchObject({
      ok: false,
      problem: { code: 'stale' },
    })
  })

  it('never comes from who launched it or registered the version, whatever roles they hold', async () => {
    const house = await makeHouse()
    const author = await makeMember([{ role: 'engineer' }, { role: 'approver' }])
    const request = await ask(house, author)
    for (const self of [author, house.versionAuthor]) {
      expect(await approveRollout(self, request)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
      expect(await rejectRollout(self, request)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    }
    expect(await phase(request.rolloutId)).toBe('awaiting-approval')
  })

  it('of an expired, a cancelled or a started rollout is refused', async () => {
    const house = await makeHouse()
    const ada = await approver()
    const engineer = await makeMember([{ role: 'engineer' }])
    const expired = await ask(house, engineer)
    const later = new Date(Date.now() + 366 * 86_400_000)
    vi.spyOn(clock, 'databaseNow').mockResolvedValue(later)
    expect(await approveRollout(ada, expired)).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    vi.restoreAllMocks()
    const cancelled = await ask(house, engineer)
    expect(await cancelRollout(engineer, { rolloutId: cancelled.rolloutId })).toMatchObject({ ok: true })
    expect(await approveRollout(ada, cancelled)).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    const started = await ask(house, engineer)
    expect(await approveRollout(ada, started)).toMatchObject({ ok: true })
    expect(await approveRollout(await approver(), started)).toMatchObject({ ok: false, problem: { code: 'conflict' } })
  })

  it('counts once a person; two needed are two people', async () => {
    const request = await ask(await makeHouse(2))
    const [ada, ben] = [await approver(), await approver()]
    expect(await approveRollout(ada, request)).toMatchObject({ ok: true, value: { have: 1, need: 2, started: false } })
    expect(await approveRollout(ada, request)).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    expect(await phase(request.rolloutId)).toBe('awaiting-approval')
    expect(await approveRollout(ben, request)).toMatchObject({ ok: true, value: { have: 2, started: true } })
    expect(await phase(request.rolloutId)).toBe('starting')
  })

  it('of somebody who was disabled or lost the role before it took effect does not count', async () => {
    const request = await ask(await makeHouse(2))
    const [ada, ben, cat, dan] = [await approver(), await approver(), await approver(), await approver()]
    await approveRollout(ada, request)
    await db().member.update({ where: { id: ada.id }, data: { disabledAt: new Date() } })
    expect(await approveRollout(ben, request)).toMatchObject({ ok: true, value: { have: 1, started: false } })
    await db().memberGrant.deleteMany({ where: { memberId: ben.id } })
    expect(await approveRollout(cat, request)).toMatchObject({ ok: true, value: { have: 1, started: false } })
    expect(await approveRollout(dan, request)).toMatchObject({ ok: true, value: { have: 2, started: true } })
  })

  it('by eight people at once starts the rollout once', async () => {
    const request = await ask(await makeHouse())
    const people = await Promise.all(Array.from({ length: 8 }, () => approver()))
    const results = await Promise.all(people.map((person) => approveRollout(person, request)))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    for (const result of results) if (!result.ok) expect(result.problem.code).toBe('conflict')
    expect(await db().ledger.count({ where: { rolloutId: request.rolloutId, kind: 'approved' } })).toBe(1)
    expect(await db().approval.count({ where: { rolloutId: request.rolloutId } })).toBe(1)
  })

  it('and a rejection at once: one of them counts', async () => {
    const request = await ask(await makeHouse())
    const [ada, ben] = [await approver(), await approver()]
    const results = await Promise.all([approveRollout(ada, request), rejectRollout(ben, request)])
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(await phase(request.rolloutId)).toBe(results[0].ok ? 'starting' : 'cancelled')
  })

  it('is refused without the role, by a token, and answers not found to another team', async () => {
    const house = await makeHouse()
    const request = await ask(house)
    const other = await makeTeam()
    const engineer = await makeMember([{ role: 'engineer' }, { role: 'sre' }, { role: 'admin' }, { role: 'viewer' }])
    const stranger = await makeMember([{ role: 'approver', teamId: other.id }])
    const elsewhere = await makeMember([{ role: 'approver', environmentId: null, teamId: house.team.id }])
    const token = { ...(await approver()), kind: 'token' as const, scopes: ['team:read', 'rollout:launch'] as const }
    expect(await approveRollout(engineer, request)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await approveRollout(stranger, request)).toMatchObject({ ok: false, problem: { code: 'not-found' } })
    expect(await approveRollout(token, request)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await approveRollout({ ...token, scopes: null }, request)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await approveRollout(elsewhere, request)).toMatchObject({ ok: true })
  })
})

describe('a rejection', () => {
  it('cancels the rollout and keeps the reason', async () => {
    const request = await ask(await makeHouse())
    expect(await rejectRollout(await approver(), { ...request, reason: 'not today' })).toMatchObject({ ok: true })
    expect(await phase(request.rolloutId)).toBe('cancelled')
    expect(await db().approval.findFirst({ where: { rolloutId: request.rolloutId } })).toMatchObject({ answer: 'no', reason: 'not today' })
  })
})

describe('the inbox', () => {
  it("holds what waits for oneself first, hides other teams', and says who may when one may not", async () => {
    const house = await makeHouse()
    const engineer = await makeMember([{ role: 'engineer', teamId: house.team.id }])
    const request = await ask(house, engineer)
    const ada = await makeMember([{ role: 'approver', teamId: house.team.id }], { name: 'Ada of the team' })
    const stranger = await makeMember([{ role: 'approver', teamId: (await makeTeam()).id }])
    expect(await listWaiting(ada)).toMatchObject([{ rolloutId: request.rolloutId, mine: true, given: 0, needed: 1 }])
    expect(await countWaiting(ada)).toBe(1)
    expect(await listWaiting(engineer)).toMatchObject([{ rolloutId: request.rolloutId, mine: false }])
    expect(await countWaiting(engineer)).toBe(0)
    expect(await listWaiting(stranger)).toEqual([])
    await expect(approvalDetail(stranger, request.rolloutId)).rejects.toMatchObject({ code: 'not-found' })
    expect((await approvalDetail(engineer, request.rolloutId)).whoMay).toContain('Ada of the team')
    expect(await approvalDetail(ada, request.rolloutId)).toMatchObject({ mine: true, planHash: request.planHash, toVersion: { number: 2 } })
    await approveRollout(ada, request)
    expect(await listWaiting(ada)).toEqual([])
    expect(await listAnswered(engineer)).toMatchObject([
      { rolloutId: request.rolloutId, answer: { name: 'Ada of the team', answer: 'yes' } },
    ])
    expect(await listAnswered(stranger)).toEqual([])
    expect(await listAnswered(await makeMember([]))).toEqual([])
    const all = await listAnswered(await makeMember([{ role: 'viewer' }]))
    expect(all.map((row) => row.rolloutId)).toContain(request.rolloutId)
  })
})
