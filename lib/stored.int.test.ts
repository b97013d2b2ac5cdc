import { beforeAll, describe, expect, it } from 'vitest'
import { type House, makeHouse } from '@/lib/approvals/house.fixture'
import { countWaiting, listAnswered, listWaiting } from '@/lib/approvals/queries'
import type { Actor } from '@/lib/auth/actor'
import { makeMember } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { getEndpoint, listEndpoints } from '@/lib/endpoints/queries'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { getWithoutSlipway } from '@/lib/endpoints/without/queries'
import { listMyProposals, listProposals } from '@/lib/environments/proposals/queries'
import { getEnvironment, listEnvironments } from '@/lib/environments/queries'
import { newId } from '@/lib/id'
import { launchChoices } from '@/lib/launch/queries'
import { listDeliveries } from '@/lib/notifications/queries'
import { previewReturns } from '@/lib/returns/queries'
import { launchRollout } from '@/lib/rollouts/commands'
import { getRolloutView, listRollouts } from '@/lib/rollouts/queries'
import { whatIfAll } from '@/lib/rollouts/replay/queries'
import { getUnreadableRollout } from '@/lib/rollouts/unreadable/queries'

// What is stored was written by an earlier program, by another, or by a hand: one document that is not what it should be hides nothing beside it.

let reader: Actor
let broken: House
let sound: House

beforeAll(async () => {
  reader = await makeMember([{ role: 'viewer' }, { role: 'approver' }, { role: 'sre' }])
  broken = await makeHouse()
  sound = await makeHouse()
})

const of = <T extends { environment: unknown }>(rows: readonly T[], house: House) =>
  rows.filter(({ environment }) => environment === house.environment)

/** A rollout whose plan is no plan. */
async function brokenRollout(phase: string): Promise<string> {
  const id = newId()
  const hash = id.replaceAll('-', '').repeat(2)
  await db().plan.create({ data: { hash, document: { rolloutId: id, strategy: 'canary', steps: 'all' } } })
  const { endpointId } = broken
  const state = { phase, since: 0 }
  const author = { authorId: newId(), authorName: 'Ana' }
  await db().rollout.create({ data: { id, endpointId, planHash: hash, strategy: 'canary', phase, state, headline: 'At 25 %.', ...author } })
  return id
}

async function launched(house: House): Promise<string> {
  const engineer = await makeMember([{ role: 'engineer' }])
  const result = await launchRollout(engineer, { model: house.model, environment: house.environment, version: 2 })
  if (!result.ok) throw new Error(result.problem.message)
  return result.value.id
}

describe('a wish that cannot be read', () => {
  const reason = /^the wish on cluster-\S+ cannot be read: arms: /i
  beforeAll(async () => {
    const { endpointId, clusterId, environment, model } = broken
    const whole = { environment, model, generation: 1, fence: 1, salt: '', keys: [], labelRate: 1 }
    await db().endpointCluster.create({ data: { endpointId, clusterId, generation: 1, wish: { ...whole, endpointId, arms: 'none' } } })
  })

  it('is told in the list of endpoints, whose others stand; nothing is offered that would fail by it', async () => {
    const { items } = await listEndpoints(reader, {})
    expect(of(items, broken)).toMatchObject([{ live: 1, health: 'unknown', says: expect.stringMatching(reason), mayReturn: false }])
    expect(of(items, sound)).toMatchObject([
      { live: 1, health: 'unknown', says: expect.stringMatching(/was never seen$/), mayReturn: true },
    ])
  })

  it('is told on the endpoint’s own page, beside how it is returned without Slipway', async () => {
    const view = await getEndpoint(reader, broken.endpointId)
    expect(view).toMatchObject({ says: expect.stringMatching(reason), may: { return: false }, clusters: [{ arms: [] }] })
    const box = await getWithoutSlipway(reader, broken.endpointId)
    expect(box).toMatchObject({ rescue: expect.stringContaining('rescue'), commands: [{ says: expect.stringMatching(reason) }] })
  })

  it('is told in the preview of a bulk return, and that endpoint cannot be chosen', async () => {
    const rows = await previewReturns(reader, {})
    expect(of(rows, broken)).toMatchObject([{ to: null, says: expect.stringMatching(reason) }])
    expect(of(rows, sound)).toMatchObject([{ says: 'Nothing was promoted here before.' }])
  })
})

it('why an endpoint is read-only is told as unreadable where it is, and the other read-only endpoints stand', async () => {
  const since = new Date()
  const known = { kind: 'rescue', at: since.getTime(), by: 'sam', host: null, clusters: [] }
  await db().endpoint.update({ where: { id: broken.endpointId }, data: { readOnlySince: since, readOnly: { kind: 'weather' } } })
  await db().endpoint.update({ where: { id: sound.endpointId }, data: { readOnlySince: since, readOnly: known } })
  const rows = await listTakeovers(reader)
  expect(of(rows, broken)).toMatchObject([
    { kind: null, unreadable: expect.stringMatching(/^the reason why it is read-only cannot be read: kind: /), may: false },
  ])
  expect(of(rows, sound)).toMatchObject([{ kind: 'rescue', by: 'sam', unreadable: null, may: true }])
  await db().endpoint.updateMany({ data: { readOnlySince: null } })
})

describe('a plan that cannot be read', () => {
  const reason = expect.stringMatching(/^the plan cannot be read: /i)
  let waiting: string

  it('is told in the list of rollouts with what is known without it, and the others stand', async () => {
    const moving = await brokenRollout('progressing')
    const other = await launched(sound)
    const { items } = await listRollouts(reader, {})
    expect(of(items, broken)).toMatchObject([
      {
        ...{ id: moving, model: broken.model, phase: 'progressing', headline: 'At 25 %.', author: 'Ana' },
        ...{ unreadable: reason, from: null, to: null, desired: null, next: null },
      },
    ])
    expect(of(items, sound)).toMatchObject([{ id: other, unreadable: null, from: 1, to: 2, desired: 0 }])
    await db().rollout.update({ where: { id: moving }, data: { phase: 'aborted', endedAt: new Date() } })
  })

  it('is told among what waits for approval, and is nobody’s to answer; the others stand', async () => {
    waiting = await brokenRollout('awaiting-approval')
    const rows = await listWaiting(reader)
    expect(of(rows, broken)).toMatchObject([{ rolloutId: waiting, needed: null, mine: false, why: reason }])
    expect(of(rows, sound)).toMatchObject([{ needed: 1, mine: true, why: null }])
    expect(await countWaiting(reader)).toBe(1)
  })

  it('keeps its answers in the list of answers', async () => {
    const approver = { approverId: reader.id, approverName: reader.name, roleThen: 'approver' }
    const { planHash } = await db().rollout.findUniqueOrThrow({ where: { id: waiting } })
    const answer = { answer: 'yes', reason: '', at: new Date(), expiresAt: new Date(Date.now() + 60_000) }
    await db().approval.create({ data: { id: newId(), rolloutId: waiting, planHash, ...approver, ...answer } })
    expect(await listAnswered(reader)).toMatchObject([{ rolloutId: waiting, model: broken.model, environment: broken.environment }])
  })

  it('keeps what was sent of it in the log of messages', async () => {
    const [id, teamId, at] = [newId(), broken.team.id, new Date()]
    const made = { authorId: newId(), authorName: 'Ana', createdAt: at, cursor: at }
    await db().webhook.create({ data: { id, teamId, name: 'channel', url: 'https://hooks.example.org', ...made } })
    const message = { webhookId: id, rolloutId: waiting, seq: 1, type: 'rollout.cancelled', body: '{}', createdAt: at }
    await db().webhookDelivery.create({ data: { id: newId(), ...message } })
    const { items } = await listDeliveries(reader, {})
    expect(items).toMatchObject([{ rolloutId: waiting, title: 'A rollout whose plan cannot be read was cancelled' }])
  })

  it('is told on the rollout’s own pages with all that is known without it, to those who may read it', async () => {
    const { model, environment, endpointId } = broken
    expect(await getUnreadableRollout(reader, waiting)).toMatchObject({
      ...{ id: waiting, endpointId, why: reason, planHash: waiting.replaceAll('-', '').repeat(2), model, environment },
      ...{ strategy: 'canary', phase: 'awaiting-approval', from: null, to: null, headline: 'At 25 %.', author: 'Ana', endedAt: null },
      answers: [{ name: reader.name, role: 'approver', answer: 'yes' }],
    })
    const stranger = await makeMember([{ role: 'engineer', teamId: sound.team.id }])
    await expect(getUnreadableRollout(stranger, waiting)).rejects.toMatchObject({ code: 'not-found' })
    await expect(getRolloutView(reader, waiting)).rejects.toMatchObject({ code: 'internal', message: reason })
    const { id } = await db().rollout.findFirstOrThrow({ where: { endpointId: sound.endpointId } })
    expect(await getUnreadableRollout(reader, id)).toBeNull()
  })

  it('is told when past rollouts are judged again, and the others are judged', async () => {
    await db().rollout.updateMany({ data: { startedAt: new Date() } })
    const { rows } = await whatIfAll(reader, { change: {} })
    expect(rows.filter((row) => row.rolloutId === waiting)).toMatchObject([{ outcome: 'not-judged', sentence: reason }])
    expect(rows.filter((row) => !row.sentence.startsWith('The plan'))).toHaveLength(1)
  })
})

describe('a policy that cannot be read', () => {
  const reason = expect.stringMatching(/^the policy cannot be read: approvals: /i)
  beforeAll(async () => {
    const { environmentId } = broken
    await db().environmentPolicy.create({ data: { environmentId, version: 2, document: { approvals: 'two' }, authorName: 'A' } })
    await db().environment.update({ where: { id: environmentId }, data: { policyVersion: 2 } })
  })

  it('is told in the list of environments, which says no number of approvals for it', async () => {
    const { environments } = await listEnvironments(reader)
    expect(environments.find((row) => row.slug === broken.environment)).toMatchObject({ approvals: null, unreadable: reason })
    expect(environments.find((row) => row.slug === sound.environment)).toMatchObject({ approvals: 1, unreadable: null })
  })

  it('takes its environment out of those to launch in, by name and with the reason', async () => {
    const { environments, unreadable } = await launchChoices(reader)
    expect(environments.map((row) => row.slug)).toEqual([sound.environment])
    expect(unreadable).toEqual([{ environment: broken.environment, why: reason }])
  })

  it('hides no proposed policy of another environment, and one proposed there says why it cannot be answered', async () => {
    const { policy } = await getEnvironment(reader, sound.environment)
    for (const { environmentId } of [broken, sound]) {
      const proposal = {
        hash: newId().replaceAll('-', '').repeat(2),
        document: policy.policy,
        loosens: ['Approvals: 0 instead of 1.'],
        basedOn: 1,
      }
      const by = { proposerId: newId(), proposerName: 'Ana', createdAt: new Date(), expiresAt: new Date(Date.now() + 60_000) }
      await db().policyProposal.create({ data: { id: newId(), environmentId, ...proposal, ...by } })
    }
    const rows = await listProposals(reader)
    const slugs = rows.map((row) => [row.environment.slug, row.needed, row.why])
    expect(slugs).toEqual([
      [sound.environment, 1, null],
      [broken.environment, null, reason],
    ])
    expect(await listMyProposals(reader)).toHaveLength(1)
  })
})
