import type { Actor } from '@/lib/auth/actor'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { Gate, Policy } from '@/lib/rollouts/schema'

/** What a request for approval stands in. */
export interface House {
  team: { id: string }
  environmentId: string
  endpointId: string
  clusterId: string
  model: string
  environment: string
  versionAuthor: Actor
}

/** A model with version 1 live and version 2 ready, in an environment that asks for approvals. */
export async function makeHouse(approvals = 1): Promise<House> {
  const team = await makeTeam()
  const versionAuthor = await makeMember([{ role: 'engineer' }, { role: 'approver' }])
  const [modelId, environmentId, clusterId, endpointId] = [newId(), newId(), newId(), newId()]
  const [model, environment] = [`model-${modelId}`, `env-${environmentId}`]
  await db().model.create({ data: { id: modelId, teamId: team.id, slug: model, name: model, task: 'binary' } })
  const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [-1, 8] })
  const signature = { inputs: [tensor('features')], outputs: [tensor('score')] }
  const ids = [newId(), newId()]
  for (const [i, id] of ids.entries()) {
    const author = { authorId: versionAuthor.id, authorName: versionAuthor.name }
    const artifact = { digest: String(i + 1).repeat(64), bytes: 1n, format: 'onnx', signature, status: 'ready' }
    await db().modelVersion.create({ data: { id, modelId, number: i + 1, ...artifact, ...author } })
  }
  const document = Policy.parse({ approvals, alias: null, steps: [500, 10_000], gates: [Gate.parse({ metric: 'errors' })], pace: {} })
  await db().environment.create({ data: { id: environmentId, slug: environment, name: environment, kind: 'cloud' } })
  await db().environmentPolicy.create({ data: { environmentId, version: 1, document, authorName: 'A' } })
  await db().cluster.create({ data: { id: clusterId, name: `cluster-${clusterId}`, driver: 'fake', location: 'cloud', config: {} } })
  await db().environmentCluster.create({ data: { environmentId, clusterId, wave: 0 } })
  await db().endpoint.create({ data: { id: endpointId, modelId, environmentId, liveVersionId: ids[0], wakeAt: new Date() } })
  return { team, environmentId, endpointId, clusterId, model, environment, versionAuthor }
}
