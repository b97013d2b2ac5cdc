import { Signature } from '@/lib/artifacts/schema'
import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db'
import { findVersionParts } from '@/lib/endpoints/store'
import { findMisplacing } from '@/lib/environments/data-class/store'
import { invalid, notFound, Problem } from '@/lib/errors'
import { newId } from '@/lib/id'
import { Segments } from '@/lib/models/schema'
import { signatureFits } from '@/lib/models/signature'
import { compilePlan, type PlanVersion } from '../plan'
import type { Observable } from '../plan-observe'
import { findPlanVersion, findPolicy } from '../returns/store'
import type { LaunchRollout, PlanDocument, Policy } from '../schema'

/** Everything that a launch names, found and fitting. */
export interface LaunchTarget {
  model: { id: string; slug: string; teamId: string }
  environment: { id: string; slug: string }
  version: PlanVersion & { authorId: string }
  /** null: the model was never launched there. */
  endpointId: string | null
  live: PlanVersion | null
  policy: Policy
  policyVersion: number
  waves: { clusterId: string; cluster: string }[]
  observable: Observable
}

/** The team and environment in which the permission to launch must hold. */
export async function launchScope(tx: Tx, input: Pick<LaunchRollout, 'model' | 'environment'>) {
  const model = await tx.model.findUnique({ where: { slug: input.model }, select: { id: true, slug: true, teamId: true } })
  if (!model) throw notFound(`model "${input.model}"`)
  const environment = await tx.environment.findFirst({
    where: { slug: input.environment, removedAt: null },
    select: { id: true, slug: true },
  })
  if (!environment) throw notFound(`environment "${input.environment}"`)
  return { model, environment, scope: { teamId: model.teamId, environmentId: environment.id } }
}

/** Finds what a launch names. Throws for what is not there, a version that is not ready or may not be served there, and one whose callers would break. */
export async function findLaunchTarget(tx: Tx, input: LaunchRollout): Promise<LaunchTarget> {
  const { model, environment } = await launchScope(tx, input)
  const version = await tx.modelVersion.findUnique({
    where: { modelId_number: { modelId: model.id, number: input.version } },
    select: { id: true, number: true, digest: true, status: true, signature: true, authorId: true },
  })
  if (!version) throw invalid('version', `The model ${model.slug} has no version ${input.version}.`)
  if (version.status !== 'ready')
    throw invalid(
      'version',
      version.status === 'failed'
        ? `Version ${version.number} failed its check run: register a corrected one.`
        : `Version ${version.number} is still in its check run. Try again when it is ready.`,
    )
  const endpoint = await tx.endpoint.findUnique({
    where: { modelId_environmentId: { modelId: model.id, environmentId: environment.id } },
    select: { id: true, liveVersionId: true },
  })
  const live = await findPlanVersion(tx, endpoint?.liveVersionId ?? null)
  if (live) await requireFit(tx, live, version)
  const clusters = await tx.environmentCluster.findMany({
    where: { environmentId: environment.id },
    select: { wave: true, cluster: { select: { id: true, name: true } } },
    orderBy: [{ wave: 'asc' }, { cluster: { name: 'asc' } }],
  })
  const waves = clusters.map(({ cluster }) => ({ clusterId: cluster.id, cluster: cluster.name }))
  const wrong = await findMisplacing(tx, {
    modelId: model.id,
    environmentId: environment.id,
    clusterIds: waves.map((wave) => wave.clusterId),
  })
  if (wrong) throw invalid('environment', wrong)
  const { policy, version: policyVersion } = await findPolicy(tx, environment.id)
  const { id, number, digest, authorId } = version
  return {
    model,
    environment,
    version: { id, number, digest, authorId },
    endpointId: endpoint?.id ?? null,
    live,
    policy,
    policyVersion,
    waves,
    observable: await findObservable(tx, model.id, live?.id ?? null),
  }
}

/** The live version's features by their bins, and the model's segments. */
async function findObservable(tx: Tx, modelId: string, liveId: string | null): Promise<Observable> {
  const { segments } = await tx.model.findUniqueOrThrow({ where: { id: modelId }, select: { segments: true } })
  const features = liveId === null ? null : ((await findVersionParts(tx, [liveId])).get(liveId)?.baseline?.features ?? null)
  return { features, segments: Segments.parse(segments) }
}

/** A caller of the live version must be able to call the next one unchanged. */
async function requireFit(tx: Tx, live: PlanVersion, version: { number: number; signature: unknown }): Promise<void> {
  const row = await tx.modelVersion.findUniqueOrThrow({ where: { id: live.id }, select: { signature: true } })
  const fit = signatureFits(Signature.parse(row.signature), Signature.parse(version.signature))
  if (!fit.ok) throw invalid('version', `Version ${version.number} does not fit the live version ${live.number}: ${fit.reason}`)
}

/** The plan of a launch. Throws `invalid` with every field that the policy does not allow. */
export function planOf(target: LaunchTarget, choice: LaunchRollout, actor: Actor, endpointId: string, rerun = false): PlanDocument {
  const { model, environment, version, live, policy, policyVersion, waves, observable } = target
  const compiled = compilePlan({
    rolloutId: newId(),
    choice,
    endpoint: { id: endpointId, model: model.slug, environment: environment.slug },
    from: live,
    to: { id: version.id, number: version.number, digest: version.digest },
    policy,
    policyVersion,
    waves,
    authors: [actor.memberId ?? actor.id, version.authorId],
    rerun,
    observable,
  })
  if (compiled.ok) return compiled.plan
  const fields = Object.entries(compiled.fields).map(([path, message]) => ({ path, message }))
  throw new Problem('invalid', fields[0]?.message ?? 'The plan is not valid.', fields)
}

/** The endpoint of a model in an environment, made at its first launch, with its row per cluster, so that its clusters may report. */
export async function ensureEndpoint(tx: Tx, target: LaunchTarget, replicas: number, now: Date): Promise<string> {
  const key = { modelId: target.model.id, environmentId: target.environment.id }
  // Two first launches at once: the unique key lets one insert, and both go on with the same row.
  await tx.endpoint.createMany({ data: { id: newId(), ...key, replicas, wakeAt: now, createdAt: now }, skipDuplicates: true })
  // One that was retired is served again, as at its first launch.
  await tx.endpoint.updateMany({ where: { ...key, removedAt: { not: null } }, data: { removedAt: null, replicas, wakeAt: now } })
  const { id } = await tx.endpoint.findUniqueOrThrow({ where: { modelId_environmentId: key }, select: { id: true } })
  const places = target.waves.map(({ clusterId }) => ({ endpointId: id, clusterId }))
  await tx.endpointCluster.createMany({ data: places, skipDuplicates: true })
  return id
}
