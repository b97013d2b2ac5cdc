import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/auth/actor'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import type { Policy } from '@/lib/rollouts/schema'
import { value } from '@/lib/versions/registry.fixture'
import { createEnvironment, editPolicy } from '../commands'
import { defaultPolicy } from '../defaults'
import { getEnvironment } from '../queries'
import { approvePolicy, rejectPolicy, withdrawPolicy } from './commands'
import { listMyProposals, listProposals } from './queries'

const admin = () => makeMember([{ role: 'admin' }])
const approver = (name?: string) => makeMember([{ role: 'approver' }], { name })
const strict = { ...defaultPolicy('cloud'), approvals: 2 }

async function newEnvironment(policy: Policy = strict) {
  const id = newId()
  const [cluster, slug] = [`cluster-${id}`, `env-${id}`]
  await db().cluster.create({ data: { id, name: cluster, driver: 'fake', location: 'cloud', config: {} } })
  const made = await createEnvironment(await admin(), { slug, name: 'Prod', kind: 'cloud', clusters: [{ cluster, wave: 1 }], policy })
  return { slug, id: value(made).id }
}

async function propose(environment: { slug: string }, proposer: Actor, change: Partial<Policy> = { approvals: 0 }) {
  const edited = value(await editPolicy(proposer, { environment: environment.slug, basedOn: 1, policy: { ...strict, ...change } }))
  if (!edited.proposal) throw new Error('nothing was proposed')
  return { proposalId: edited.proposal.id, hash: edited.proposal.hash }
}

const inEffect = async (slug: string) => {
  const { policy } = await getEnvironment(await admin(), slug)
  return { version: policy.version, approvals: policy.policy.approvals, author: policy.author }
}
const state = async (id: string) => (await db().policyProposal.findUniqueOrThrow({ where: { id } })).state

describe('a looser policy', () => {
  it('takes effect when as many approvers said yes as the present policy asks for, and not before', async () => {
    const environment = await newEnvironment()
    const ada = await makeMember([{ role: 'admin' }], { name: 'Ada' })
    const answer = await propose(environment, ada)
    expect(await inEffect(environment.slug)).toMatchObject({ version: 1, approvals: 2 })
    expect(value(await approvePolicy(await approver(), { ...answer, reason: 'fine' }))).toMatchObject({ have: 1, need: 2, inEffect: false })
    expect(await inEffect(environment.slug)).toMatchObject({ version: 1, approvals: 2 })
    expect(value(await approvePolicy(await approver(), answer))).toMatchObject({ have: 2, need: 2, inEffect: true })
    expect(await inEffect(environment.slug)).toEqual({ version: 2, approvals: 0, author: 'Ada' })
    expect(await state(answer.proposalId)).toBe('accepted')
    const trail = await db().audit.findMany({ where: { targetId: environment.id }, orderBy: { id: 'asc' } })
    expect(trail.map(({ verb }) => verb)).toEqual([
      'environment.create',
      'environment.policy',
      'environment.policy-approve',
      'environment.policy-approve',
    ])
    expect(trail[1]?.detail).toMatchObject({ proposed: answer.hash, loosens: ['Approvals: 0 instead of 2.'] })
    expect(trail[3]?.detail).toMatchObject({ hash: answer.hash, have: 2, need: 2, policyVersion: 2 })
  })

  it('never counts the yes of its proposer, of a token, of an approver of one team only, or of one person twice', async () => {
    const environment = await newEnvironment()
    const both = await makeMember([{ role: 'admin' }, { role: 'approver' }])
    const answer = await propose(environment, both)
    const ofTeam = await makeMember([{ role: 'approver', teamId: (await makeTeam()).id }, { role: 'viewer' }])
    const ben = await approver()
    const token: Actor = { ...(await approver()), kind: 'token', scopes: null }
    for (const actor of [both, token, ofTeam, await admin()])
      expect(await approvePolicy(actor, answer)).toMatchObject({ problem: { code: 'forbidden' } })
    value(await approvePolicy(ben, answer))
    expect(await approvePolicy(ben, answer)).toMatchObject({ problem: { code: 'conflict' } })
    expect(await inEffect(environment.slug)).toMatchObject({ version: 1 })
  })

  it('is answered by the hash that was looked at, and that of one proposal is none for another of the same policy', async () => {
    const environment = await newEnvironment()
    const proposer = await admin()
    const first = await propose(environment, proposer)
    value(await withdrawPolicy(proposer, { proposalId: first.proposalId }))
    const second = await propose(environment, proposer)
    expect(second.hash).not.toBe(first.hash)
    expect(await approvePolicy(await approver(), { ...second, hash: first.hash })).toMatchObject({ problem: { code: 'stale' } })
    expect(await approvePolicy(await approver(), first)).toMatchObject({ problem: { code: 'conflict' } })
  })

  it('of eight approvers at once takes effect once', async () => {
    const environment = await newEnvironment()
    const answer = await propose(environment, await admin())
    const people = await Promise.all(Array.from({ length: 8 }, () => approver()))
    const results = await Promise.all(people.map((person) => approvePolicy(person, answer)))
    expect(results.filter((result) => result.ok)).toHaveLength(2)
    expect(await inEffect(environment.slug)).toMatchObject({ version: 2 })
  })

  it('is not approved by people who lost the role before it took effect', async () => {
    const environment = await newEnvironment()
    const answer = await propose(environment, await admin())
    const ben = await approver()
    value(await approvePolicy(ben, answer))
    await db().memberGrant.deleteMany({ where: { memberId: ben.id } })
    expect(value(await approvePolicy(await approver(), answer))).toMatchObject({ have: 1, inEffect: false })
  })

  it('ends by one no, and when it expired no answer counts', async () => {
    const environment = await newEnvironment()
    const proposer = await admin()
    const answer = await propose(environment, proposer)
    value(await rejectPolicy(await approver(), { ...answer, reason: 'not today' }))
    expect(await state(answer.proposalId)).toBe('rejected')
    const again = await propose(environment, proposer)
    await db().policyProposal.update({ where: { id: again.proposalId }, data: { expiresAt: new Date(0) } })
    expect(await approvePolicy(await approver(), again)).toMatchObject({ problem: { code: 'conflict', message: /expired/ } })
    await propose(environment, proposer)
    expect(await state(again.proposalId)).toBe('expired')
  })

  it('is withdrawn by who proposed it only, and one waits at a time', async () => {
    const environment = await newEnvironment()
    const proposer = await admin()
    const answer = await propose(environment, proposer)
    expect(await withdrawPolicy(await admin(), { proposalId: answer.proposalId })).toMatchObject({ problem: { code: 'forbidden' } })
    const second = await editPolicy(await admin(), { environment: environment.slug, basedOn: 1, policy: { ...strict, gates: [] } })
    expect(second).toMatchObject({ problem: { code: 'conflict', message: expect.stringContaining(proposer.name) } })
    value(await withdrawPolicy(proposer, { proposalId: answer.proposalId }))
    expect(await approvePolicy(await approver(), answer)).toMatchObject({ problem: { code: 'conflict', message: /withdrawn/ } })
  })
})

describe('a stricter policy', () => {
  it('takes effect at once and ends a looser one that waits: it was written against another', async () => {
    const environment = await newEnvironment()
    const answer = await propose(environment, await admin())
    const edited = await editPolicy(await admin(), { environment: environment.slug, basedOn: 1, policy: { ...strict, approvals: 3 } })
    expect(value(edited)).toMatchObject({ policyVersion: 2, proposal: null })
    expect(await state(answer.proposalId)).toBe('overtaken')
    expect(await approvePolicy(await approver(), answer)).toMatchObject({ problem: { code: 'conflict' } })
    expect(await inEffect(environment.slug)).toMatchObject({ version: 2, approvals: 3 })
  })

  it('and any policy takes effect at once where the present one asks for no approval', async () => {
    const environment = await newEnvironment({ ...strict, approvals: 0 })
    const edited = await editPolicy(await admin(), {
      environment: environment.slug,
      basedOn: 1,
      policy: { ...strict, approvals: 0, gates: [] },
    })
    expect(value(edited)).toMatchObject({ policyVersion: 2, proposal: null })
  })
})

describe('proposed policies', () => {
  it('wait in the inbox of who may answer, are seen by who may read the environment, and by nobody else', async () => {
    const environment = await newEnvironment()
    const proposer = await admin()
    const answer = await propose(environment, proposer, { approvals: 1, gates: [] })
    const ben = await approver()
    const [seen] = await listProposals(ben, environment.id)
    expect(seen).toMatchObject({ id: answer.proposalId, hash: answer.hash, needed: 2, given: 0, mine: true, may: { withdraw: false } })
    expect(seen?.loosens[0]).toBe('Approvals: 1 instead of 2.')
    const before = (await listMyProposals(ben)).length
    expect(before).toBeGreaterThan(0)
    value(await approvePolicy(ben, answer))
    expect((await listMyProposals(ben)).length).toBe(before - 1)
    expect(await listProposals(proposer, environment.id)).toMatchObject([{ mine: false, given: 1, may: { withdraw: true } }])
    const elsewhere = await makeMember([{ role: 'viewer', environmentId: (await newEnvironment()).id }])
    expect(await listProposals(elsewhere, environment.id)).toEqual([])
    await expect(listProposals(await makeMember([]))).rejects.toMatchObject({ code: 'not-found' })
  })
})
