import { createHash } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { newId } from '@/lib/id'
import { createKey, revokeKey, scaleEndpoint, setLabelRate } from './commands'

afterEach(() => vi.restoreAllMocks())

test(
  'keys overlap, are kept only as hashes, and reach the cluster; a revoked one leaves it',
  async () => {
    const world = await World.make({ seed: 51 })
    const { endpointId } = world
    const sre = world.actor('sre')
    const first = await createKey(sre, { endpointId, name: 'old callers' })
    const second = await createKey(sre, { endpointId, name: 'new callers', days: 30 })
    if (!first.ok || !second.ok) throw new Error('refused')
    await world.pass(2)
    const hash = (key: string) => createHash('sha256').update(key).digest('hex')
    const onCluster = () =>
      world
        .fake()
        .held.get(endpointId)
        ?.wish.keys.map((key) => key.hash) ?? []
    expect(onCluster().sort()).toEqual([hash(first.value.key), hash(second.value.key)].sort())
    const rows = await db().endpointKey.findMany({ where: { endpointId } })
    expect(JSON.stringify(rows)).not.toContain(first.value.key)
    expect(await revokeKey(sre, { endpointId, keyId: first.value.id })).toMatchObject({ ok: true })
    await world.pass(2)
    expect(onCluster()).toEqual([hash(second.value.key)])
  },
  LONG_MS,
)

test(
  'scale and label rate reach the cluster; while a rollout is live its plan says how many replicas run',
  async () => {
    const world = await World.make({ seed: 52 })
    const { endpointId } = world
    const engineer = world.actor('engineer')
    expect(await scaleEndpoint(engineer, { endpointId, replicas: 3 })).toMatchObject({ ok: true })
    expect(await setLabelRate(engineer, { endpointId, rate: 0.25 })).toMatchObject({ ok: true })
    await world.pass(2)
    expect(world.fake().held.get(endpointId)?.wish).toMatchObject({ labelRate: 0.25, arms: [{ replicas: 3 }] })
    await world.launch(2)
    expect(await scaleEndpoint(engineer, { endpointId, replicas: 4 })).toMatchObject({ ok: false, problem: { code: 'conflict' } })
  },
  LONG_MS,
)

test(
  'who may not is refused, and the endpoint of another team is not there',
  async () => {
    const world = await World.make({ seed: 53 })
    const stranger = { ...world.actor('sre'), grants: [{ role: 'sre' as const, teamId: newId(), environmentId: null }] }
    const input = { endpointId: world.endpointId, name: 'x' }
    expect(await createKey(world.actor('engineer'), input)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await createKey(stranger, input)).toMatchObject({ ok: false, problem: { code: 'not-found' } })
  },
  LONG_MS,
)
