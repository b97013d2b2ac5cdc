import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { launchRollout } from '@/lib/rollouts/commands'
import type { World } from './world.fixture'

/** Another endpoint on the clusters of a world: a model of its own with version 1 live, and version 2 ready to be launched. Nobody calls it. */
export interface Neighbour {
  endpointId: string
  /** Launches version 2; resolves to the rollout's id. */
  launch(): Promise<string>
}

/** Makes one; its wish reaches the clusters in the first turn. */
export async function neighbourOf(world: World): Promise<Neighbour> {
  const [endpointId, modelId] = [newId(), newId()]
  const slug = `model-${modelId.slice(-12)}`
  await db().model.create({ data: { id: modelId, teamId: world.teamId, slug, name: slug, task: 'binary' } })
  const own = await db().modelVersion.findMany({ where: { modelId: world.modelId, number: { in: [1, 2] } }, orderBy: { number: 'asc' } })
  const versions = own.map(({ number, digest, bytes, format, status, authorId, authorName, signature }) => ({
    ...{ id: newId(), modelId, number, digest, bytes, format, status, authorId, authorName },
    signature: signature ?? {},
  }))
  await db().modelVersion.createMany({ data: versions })
  const place = { modelId, environmentId: world.environmentId, liveVersionId: versions[0].id, wakeAt: new Date(world.nowMs) }
  await db().endpoint.create({ data: { id: endpointId, ...place } })
  await db().endpointCluster.createMany({ data: world.clusterIds.map((clusterId) => ({ endpointId, clusterId })) })
  await world.runEngine()
  return {
    endpointId,
    async launch() {
      const result = await launchRollout(world.actor('engineer'), { model: slug, environment: world.environment, version: 2 })
      if (!result.ok) throw new Error(result.problem.message)
      return result.value.id
    },
  }
}
