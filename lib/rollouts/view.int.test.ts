import { afterEach, expect, test, vi } from 'vitest'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { getRolloutView } from './queries'
import { cancelRollout } from './steering/commands'

afterEach(() => vi.restoreAllMocks())

test(
  'a rollout that has not begun, or never did, shows no cluster as gone back and no earlier rollout’s last change as its own',
  async () => {
    const world = await World.make({ seed: 16, steps: [2_500, 10_000], approvals: 1 })
    const id = await world.launch(2)
    const view = () => getRolloutView(world.actor('viewer'), id)
    expect(await view()).toMatchObject({ phase: 'awaiting-approval', ticks: null, waves: [{ state: 'waits' }] })
    world.nowMs += 1_000
    expect(await cancelRollout(world.actor('engineer'), { rolloutId: id, reason: '' })).toMatchObject({ ok: true })
    expect(await view()).toMatchObject({ phase: 'cancelled', ticks: null, waves: [{ state: 'waits' }] })
  },
  LONG_MS,
)

test(
  'a version that does not come up says on its rollout’s page why not, as its cluster does, and no more once it is back',
  async () => {
    const world = await World.make({ seed: 17, steps: [2_500, 10_000] })
    const broken = world.fakes.get(world.clusterIds[0])?.faults.neverReady
    broken?.add(world.version(2))
    const id = await world.launch(2)
    const view = () => getRolloutView(world.actor('viewer'), id)
    await world.pass(10)
    expect(await view()).toMatchObject({ phase: 'starting', waves: [{ ready: 0, unready: ['The model cannot be loaded.'] }] })
    broken?.clear()
    await world.pass(10)
    expect(await view()).toMatchObject({ waves: [{ ready: 1, unready: [] }] })
  },
  LONG_MS,
)
