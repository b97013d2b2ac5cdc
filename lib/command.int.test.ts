import { readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { type House, makeHouse } from './approvals/house.fixture'
import type { Actor } from './auth/actor'
import { makeMember, makeTeam } from './auth/people.fixture'
import { PERMISSIONS, ROLES, type Role } from './auth/permissions'
import type { Command } from './command'
import { db } from './db'
import { editPolicy } from './environments/commands'
import type { Result } from './errors'
import { newId } from './id'
import { launchRollout } from './rollouts/commands'
import { Policy } from './rollouts/schema'
import { createToken } from './tokens/commands'

type AnyCommand = Command<z.ZodType, unknown>

/** The commands files of all nouns and their parts. */
function commandFiles(): string[] {
  const nouns = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  return nouns.filter((file) => path.basename(file) === 'commands.ts').map((file) => path.join(import.meta.dirname, file))
}

const modules = await Promise.all(commandFiles().map((file) => import(file) as Promise<Record<string, AnyCommand>>))
const commands = modules.flatMap((module) => Object.values(module))

/** What a command would be called with, over things that are there, so that only the permission can refuse it. */
type Inputs = Record<string, Record<string, unknown>>
let inputs: Inputs
let house: House
let stranger: { id: string }

function registryInputs({ model, environment }: House): Inputs {
  const digest = '0'.repeat(64)
  return {
    'model.create': { team: '', slug: `new-${newId()}`, name: 'New' },
    'model.edit': { model, name: 'Other' },
    'model.set-segments': { model, segments: [] },
    'version.register': { model, digest },
    'version.baseline': { model, number: 1, sample: digest },
    'version.document': { model, number: 1, kind: 'card', name: 'card', body: 'text' },
    'version.check': { model, number: 1 },
    'alias.set': { model, name: 'champion', number: 1 },
    'alias.remove': { model, name: 'champion' },
    'environment.create': { slug: `new-${newId()}`, name: 'New', kind: 'cloud', clusters: [{ cluster: 'c', wave: 1 }] },
    'environment.edit': { environment, name: 'Other' },
    'environment.policy': {
      environment,
      basedOn: 1,
      policy: Policy.parse({ approvals: 0, alias: null, steps: [10_000], gates: [], pace: {} }),
    },
    'environment.clusters': { environment, clusters: [{ cluster: 'c', wave: 1 }] },
    'environment.remove': { environment },
    'example.report-traffic': {
      endpoints: [],
      labelDelaySeconds: [10, 40],
      round: 1,
      week: 0,
      from: '2001-03-01T00:00:00Z',
      to: '2001-03-08T00:00:00Z',
    },
  }
}

function clusterInputs({ clusterId }: House): Inputs {
  const config = { adminUrl: 'http://127.0.0.1:1', publicUrl: 'http://127.0.0.1:1' }
  return {
    'cluster.add': { name: `new-${newId()}`, location: 'cloud', adminToken: 'x'.repeat(16), ...config },
    'cluster.edit': { clusterId },
    'cluster.identity': { clusterId },
    'cluster.probe': { clusterId },
    'cluster.remove': { clusterId },
    'cluster.witness': { clusterId, preset: 'istio', address: 'http://10.0.0.7:9090' },
    'cluster.witness-drop': { clusterId },
  }
}

function rolloutInputs({ model, environment, endpointId, clusterId }: House, rollout: { id: string; planHash: string }): Inputs {
  const control = { rolloutId: rollout.id, revision: 0 }
  const choice = { model, environment, version: 2 }
  const verbs = [
    'pause',
    'resume',
    'extend',
    'raise',
    'lower',
    'mirror',
    'promote',
    'return',
    'cancel',
    'takeover-keep',
    'takeover-restore',
    'rerun',
  ]
  return {
    ...Object.fromEntries(verbs.map((verb) => [`rollout.${verb}`, control])),
    'rollout.launch': choice,
    'rollout.preview': choice,
    'rollout.approve': { ...control, planHash: rollout.planHash },
    'rollout.reject': { ...control, planHash: rollout.planHash },
    'endpoint.return': { endpointId, version: 1 },
    'bulk-return.begin': { items: [{ endpointId, version: 1 }] },
    'bulk-return.return': { bulkId: newId(), endpointId },
    'bulk-return.undo': { bulkId: newId(), endpointId },
    'endpoint.adopt': { endpointId },
    'endpoint.restore': { endpointId },
    'endpoint.confirm': { endpointId },
    'endpoint.key-create': { endpointId, name: 'key' },
    'endpoint.key-revoke': { endpointId, keyId: newId() },
    'endpoint.scale': { endpointId, replicas: 2 },
    'endpoint.retire': { endpointId },
    'endpoint.label-rate': { endpointId, rate: 0.5 },
    'endpoint.take-route': { endpointId, clusterId, route: 'legacy', seen: 'x', share: 0 },
    'endpoint.return-route': { endpointId, clusterId, route: 'legacy' },
  }
}

function proposalInputs(proposal: { id: string; hash: string }): Inputs {
  const answer = { proposalId: proposal.id, hash: proposal.hash }
  return {
    'environment.policy-approve': answer,
    'environment.policy-reject': answer,
    'environment.policy-withdraw': { proposalId: proposal.id },
  }
}

function peopleInputs(teamId: string, member: { id: string; grantId: string }, tokenId: string): Inputs {
  const memberId = member.id
  const here = { role: 'viewer', teamId, environmentId: null }
  return {
    'member.invite': { email: 'new@example.test', name: 'New', ...here },
    'member.grant-role': { memberId, ...here, role: 'sre' },
    'member.revoke-role': { grantId: member.grantId },
    'member.disable': { memberId },
    'member.enable': { memberId },
    'member.reset-password': { memberId },
    'member.change-password': { current: 'x', password: 'a wholly new password' },
    'member.sign-out-everywhere': {},
    'team.create': { name: 'New', slug: `new-${teamId}` },
    'team.rename': { teamId, name: 'Other' },
    'token.create': { name: 'ci', teamId, scopes: ['team:read'], days: 1 },
    'token.revoke': { tokenId },
    'webhook.add': { teamId, name: 'channel', url: 'https://hooks.example.test/' },
  }
}

/** A webhook of the team, with one message that waits. */
async function webhookInputs(teamId: string): Promise<Inputs> {
  const [webhookId, deliveryId] = [newId(), newId()]
  const now = new Date()
  const made = { name: 'channel', url: 'https://hooks.example.test/', authorId: newId(), authorName: 'A', createdAt: now, cursor: now }
  await db().webhook.create({ data: { id: webhookId, teamId, ...made } })
  await db().webhookDelivery.create({ data: { id: deliveryId, webhookId, type: 'webhook.test', body: '{}', createdAt: now } })
  return { 'webhook.remove': { webhookId }, 'webhook.test': { webhookId }, 'webhook.retry': { webhookId, deliveryId } }
}

beforeAll(async () => {
  house = await makeHouse()
  stranger = await makeTeam()
  const engineer = await makeMember([{ role: 'engineer' }])
  const launched = await launchRollout(engineer, { model: house.model, environment: house.environment, version: 2 })
  const token = await createToken(engineer, { name: 'ci', teamId: house.team.id, scopes: ['team:read'], days: 1 })
  if (!launched.ok || !token.ok) throw new Error('the house is not ready')
  const looser = await editPolicy(await makeMember([{ role: 'admin' }]), registryInputs(house)['environment.policy'])
  if (!looser.ok || !looser.value.proposal) throw new Error('no looser policy was proposed')
  const member = await makeMember([{ role: 'viewer', teamId: house.team.id }])
  const grant = await db().memberGrant.findFirstOrThrow({ where: { memberId: member.id } })
  const team = await db().team.findUniqueOrThrow({ where: { id: house.team.id } })
  inputs = {
    ...registryInputs(house),
    ...clusterInputs(house),
    ...rolloutInputs(house, launched.value),
    ...proposalInputs(looser.value.proposal),
    ...(await webhookInputs(house.team.id)),
    ...peopleInputs(house.team.id, { id: member.id, grantId: grant.id }, token.value.id),
  }
  inputs['model.create'] = { ...inputs['model.create'], team: team.slug }
})

/** Calls a command as this actor and proves that nothing of it reached the trail. */
async function call(command: AnyCommand, actor: Actor): Promise<Result<unknown>> {
  const result = await command(actor, inputs[command.spec.name])
  expect(await db().audit.count({ where: { actorId: actor.id } })).toBe(0)
  return result
}

const refusedWith = (code: string) => ({ ok: false, problem: { code } })
const rightRole = (command: AnyCommand): Role => PERMISSIONS[command.spec.permission][0]

it('finds the commands of the house, and each has an input here', () => {
  expect(commands.length).toBeGreaterThan(40)
  expect(new Set(commands.map((command) => command.spec.name)).size).toBe(commands.length)
  expect(commands.map((command) => command.spec.name).filter((name) => !(name in inputs))).toEqual([])
  for (const command of commands) expect(command.spec.input.safeParse(inputs[command.spec.name]).success, command.spec.name).toBe(true)
})

describe.each(commands.map((command) => [command.spec.name, command] as const))('%s', (_name, command) => {
  const roles: readonly Role[] = PERMISSIONS[command.spec.permission]
  const wrong = ROLES.filter((role) => !roles.includes(role))

  it('is refused to somebody without any role, as if nothing were there', async () => {
    expect(await call(command, await makeMember([]))).toMatchObject(refusedWith('not-found'))
  })

  if (wrong.length > 0)
    it(`is refused to all wrong roles at once: ${wrong.join(', ')}`, async () => {
      expect(await call(command, await makeMember(wrong.map((role) => ({ role }))))).toMatchObject(refusedWith('forbidden'))
      for (const role of wrong) expect(await call(command, await makeMember([{ role }])), role).toMatchObject(refusedWith('forbidden'))
    })

  it('is refused to a token without its scope, whatever its maker may do', async () => {
    const maker = await makeMember(ROLES.map((role) => ({ role })))
    const token: Actor = { ...maker, kind: 'token', id: newId(), scopes: [] }
    expect(await call(command, token)).toMatchObject(refusedWith('forbidden'))
  })

  it('answers as if nothing were there to the right role of another team', async () => {
    // Acts on the actor's own account, and reports that name no team, have nothing that another team could own.
    const scope = await command.spec.scope(db(), command.spec.input.parse(inputs[command.spec.name]), await makeMember([]))
    const actor = await makeMember([{ role: rightRole(command), teamId: stranger.id }])
    if (scope.teamId === undefined) expect(['team:read', 'outcome:write']).toContain(command.spec.permission)
    else expect(await call(command, actor)).toMatchObject(refusedWith('not-found'))
  })
})
