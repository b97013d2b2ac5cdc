import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { launchRollout } from '@/lib/rollouts/commands'
import type { Policy } from '@/lib/rollouts/schema'

/** An endpoint with a live version and one to launch beside it. */
export interface Placed {
  id: string
  model: string
  versions: [string, string]
}

/** An environment of one cluster. */
export interface Site {
  teamId: string
  environmentId: string
  environment: string
  clusterId: string
}

export async function registerTeam(): Promise<string> {
  const id = newId()
  await db().team.create({ data: { id, slug: 'bench', name: 'Bench' } })
  return id
}

/** An environment and its only cluster, both called `name`. */
export async function registerSite(
  teamId: string,
  cluster: { name: string; driver: string; config: object; credential?: Uint8Array<ArrayBuffer>; credentialKey?: string },
  policy: Policy,
): Promise<Site> {
  const { name } = cluster
  const [environmentId, clusterId] = [newId(), newId()]
  await db().environment.create({ data: { id: environmentId, slug: name, name, kind: 'cloud' } })
  await db().environmentPolicy.create({ data: { environmentId, version: 1, document: policy, authorName: 'Bench' } })
  await db().cluster.create({ data: { id: clusterId, location: 'cloud', ...cluster } })
  await db().environmentCluster.create({ data: { environmentId, clusterId, wave: 0 } })
  return { teamId, environmentId, environment: name, clusterId }
}

/** So many endpoints with a live version, due at once. */
export async function registerEndpoints({ teamId, environmentId, clusterId }: Site, count: number): Promise<Placed[]> {
  const fresh = Array.from({ length: count }, (): Placed => {
    const id = newId()
    return { id, model: `model-${id.slice(-12)}`, versions: [newId(), newId()] }
  })
  const models = fresh.map((one) => ({ id: newId(), slug: one.model }))
  await db().model.createMany({ data: models.map(({ id, slug }) => ({ id, slug, name: slug, teamId, task: 'binary' })) })
  const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [-1, 8] })
  const signature = { inputs: [tensor('features')], outputs: [tensor('score')] }
  await db().modelVersion.createMany({
    data: fresh.flatMap(({ versions }, i) =>
      versions.map((id, j) => ({
        id,
        modelId: models[i].id,
        number: j + 1,
        digest: `${j + 1}`.repeat(64),
        bytes: 1n,
        format: 'onnx',
        signature,
        status: 'ready',
        authorId: newId(),
        authorName: 'Bench',
      })),
    ),
  })
  await db().endpoint.createMany({
    data: fresh.map(({ id, versions }, i) => ({
      id,
      modelId: models[i].id,
      environmentId,
      liveVersionId: versions[0],
      wakeAt: new Date(),
    })),
  })
  await db().endpointCluster.createMany({ data: fresh.map(({ id }) => ({ endpointId: id, clusterId })) })
  return fresh
}

export function engineerOf(teamId: string): Actor {
  const id = newId()
  const grants = [{ role: 'engineer' as const, teamId, environmentId: null }]
  return { kind: 'member', id, memberId: id, name: 'Bench', signedInAs: null, grants, scopes: null }
}

/** Launches the second version of an endpoint; resolves to the rollout's id. */
export async function launchSecond(actor: Actor, { environment }: Site, { model }: Placed): Promise<string> {
  const launched = await launchRollout(actor, { model, environment, version: 2 })
  if (!launched.ok) throw new Error(`${model}: ${launched.problem.message}`)
  return launched.value.id
}
