import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

test(
  'a healthy canary climbs its steps, is promoted, and the live version and alias move',
  async () => {
    const world = await World.make({ seed: 11 })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'])).toBe('promoted')
    const endpoint = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
    expect(endpoint.liveVersionId).toBe(world.version(2))
    const alias = await db().alias.findUniqueOrThrow({ where: { modelId_name: { modelId: world.modelId, name: 'champion' } } })
    expect(alias.versionId).toBe(world.version(2))
    const ledger = await db().ledger.findMany({ where: { rolloutId: id }, orderBy: { seq: 'asc' } })
    expect(ledger.map((row) => row.seq)).toEqual(ledger.map((_row, i) => i + 1))
    const steps = ledger.filter((row) => row.kind === 'acknowledged').map((row) => (row.payload as { weight: number }).weight)
    expect(steps).toEqual([500, 2_500, 5_000, 10_000])
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(10_000)
  },
  LONG_MS,
)

test(
  'a version that fails is returned by evidence, and gets no traffic afterwards',
  async () => {
    const world = await World.make({ seed: 12, versions: { 2: { bad: 0.1 } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'aborted', 'failed'])).toBe('returned')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
    expect(world.fake().weightOf(world.endpointId, world.version(1))).toBe(10_000)
    await world.pass(20)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
    const endpoint = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
    expect(endpoint.liveVersionId).toBe(world.version(1))
  },
  LONG_MS,
)
