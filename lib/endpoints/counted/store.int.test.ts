import { expect, test } from 'vitest'
import { db } from '@/lib/db'
import { makePlace } from '@/lib/monitoring/place.fixture'
import { testDatabase } from '@/prisma/test-database'
import { readPlaces } from './store'

testDatabase()

test('an endpoint is compared on the clusters of its environment only: one that left it keeps what it last acknowledged, and is asked no more', async () => {
  const { endpointId, clusterId, live } = await makePlace()
  const acknowledged = [{ versionId: live, weight: 10_000 }]
  const wish = { arms: [{ versionId: live, number: 1 }] }
  const row = { generation: 1, acknowledgedGeneration: 1, acknowledgedAt: new Date(), acknowledged, wish }
  await db().endpointCluster.update({ where: { endpointId_clusterId: { endpointId, clusterId } }, data: row })
  const { environmentId } = await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } })
  const compared = async () => (await readPlaces()).filter((place) => place.endpointId === endpointId)
  await db().environmentCluster.create({ data: { environmentId, clusterId, wave: 0 } })
  expect(await compared()).toMatchObject([{ clusterId, weights: [{ versionId: live, weight: 10_000, number: 1 }] }])
  await db().environmentCluster.deleteMany({ where: { environmentId } })
  expect(await compared()).toEqual([])
})
