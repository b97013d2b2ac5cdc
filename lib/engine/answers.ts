import { z } from 'zod'
import { db } from '@/lib/db'
import type { ClusterTarget, Driver } from '@/lib/drivers/driver'
import { type ArmTarget, composeWish } from '@/lib/endpoints/compose'
import { endpointParts, findPlaced, findPlacedOf, findVersionParts, type PlacedEndpoint } from '@/lib/endpoints/store'
import { seal } from '@/lib/seal'
import type { Answer, Answers } from './internal'
import { type ClusterPorts, call, openClusters, unreachable } from './observer'

const OneCluster = z.object({ clusterId: z.uuid() })
const ReturnRoute = OneCluster.extend({ endpointId: z.uuid(), route: z.string() })
const TakeRoute = ReturnRoute.extend({
  seen: z.string(),
  share: z.number().int().min(0).max(10_000),
  rewrite: z.boolean(),
  despite: z.array(z.string()),
})
const Logs = z.object({ endpointId: z.uuid(), limit: z.number().int().min(1).max(500).default(500) })
const Seal = z.object({ plaintext: z.string().min(1).max(64_000) })
const Preview = z.object({
  modelId: z.uuid(),
  environmentId: z.uuid(),
  versionId: z.uuid(),
  weight: z.number().int().min(0).max(10_000),
  replicas: z.number().int().min(1).max(16),
})

/** Of a kind of cluster where nothing else can serve. */
const NOTHING_ELSE = { ok: true as const, routes: [], elsewhere: 0, inferences: { found: [], more: 0, unseen: null } }
const NO_ROUTES = { ok: false as const, kind: 'refused' as const, reason: 'This kind of cluster has no routes but those of Slipway.' }

/** What the engine answers on its internal port. Ids only: where a cluster is, the engine reads itself. */
export function engineAnswers(ports: ClusterPorts): Answers {
  return {
    probe: (body) =>
      asked(OneCluster, body, ({ clusterId }) => askOne(ports, clusterId, (driver, target, signal) => driver.probe(target, signal))),
    survey: (body) =>
      asked(OneCluster, body, ({ clusterId }) =>
        askOne(ports, clusterId, async (driver, target, signal) => driver.survey?.(target, signal) ?? NOTHING_ELSE),
      ),
    'take-route': (body) =>
      asked(TakeRoute, body, ({ clusterId, ...route }) =>
        askOne(ports, clusterId, async (driver, target, signal) => driver.takeRoute?.(target, route, signal) ?? NO_ROUTES),
      ),
    'return-route': (body) =>
      asked(ReturnRoute, body, ({ clusterId, ...route }) =>
        askOne(ports, clusterId, async (driver, target, signal) => driver.returnRoute?.(target, route, signal) ?? NO_ROUTES),
      ),
    preview: (body) => asked(Preview, body, (input) => preview(ports, input)),
    logs: (body) => asked(Logs, body, ({ endpointId, limit }) => logs(ports, endpointId, limit)),
    seal: (body) => asked(Seal, body, ({ plaintext }) => sealed(ports, plaintext)),
  }
}

async function asked<I extends z.ZodType>(schema: I, body: unknown, answer: (input: z.output<I>) => Promise<Answer>): Promise<Answer> {
  const parsed = schema.safeParse(body)
  return parsed.success ? answer(parsed.data) : { status: 422, body: { reason: z.prettifyError(parsed.error) } }
}

/** What one cluster answers. */
async function askOne<T extends object>(
  ports: ClusterPorts,
  clusterId: string,
  ask: (driver: Driver, target: ClusterTarget, signal: AbortSignal) => Promise<T>,
): Promise<Answer> {
  const cluster = (await openClusters(db(), ports, [clusterId])).get(clusterId)
  if (!cluster) return { status: 404, body: { reason: 'There is no such cluster.' } }
  return { status: 200, body: 'kind' in cluster ? cluster : await call(cluster, ask) }
}

/** What would change on each cluster if this version took this weight beside the live one; at a first launch there is none. */
async function preview(ports: ClusterPorts, input: z.output<typeof Preview>): Promise<Answer> {
  const endpoint = await findPlacedOf(db(), input)
  if (!endpoint) return { status: 404, body: { reason: 'There is no such model or environment.' } }
  const live = endpoint.liveVersionId
  const arms: ArmTarget[] = [{ role: 'candidate', versionId: input.versionId, weight: input.weight, replicas: input.replicas }]
  if (live && live !== input.versionId)
    arms.push({ role: 'live', versionId: live, weight: 10_000 - input.weight, replicas: endpoint.replicas })
  const versions = await findVersionParts(
    db(),
    arms.map((arm) => arm.versionId),
  )
  if (!versions.has(input.versionId)) return { status: 404, body: { reason: 'There is no such version.' } }
  const wish = {
    ...composeWish(endpointParts(endpoint, endpoint.id), arms, versions),
    fence: endpoint.fence,
    generation: endpoint.generation + 1,
  }
  return askEach(ports, endpoint, (driver, target, signal) => driver.preview(target, wish, signal))
}

async function logs(ports: ClusterPorts, endpointId: string, limit: number): Promise<Answer> {
  const endpoint = await findPlaced(db(), endpointId)
  if (!endpoint) return { status: 404, body: { reason: 'There is no such endpoint.' } }
  return askEach(ports, endpoint, (driver, target, signal) => driver.logs(target, endpointId, limit, signal))
}

/** What each of the endpoint's clusters answers, asked side by side. */
async function askEach<T extends object>(
  ports: ClusterPorts,
  endpoint: PlacedEndpoint,
  ask: (driver: Driver, target: ClusterTarget, signal: AbortSignal) => Promise<T>,
): Promise<Answer> {
  const open = await openClusters(
    db(),
    ports,
    endpoint.clusters.map((place) => place.clusterId),
  )
  const clusters = endpoint.clusters.map(async (place) => {
    const cluster = open.get(place.clusterId) ?? unreachable('The cluster is no longer registered.')
    return { cluster: place.cluster, ...('kind' in cluster ? cluster : await call(cluster, ask)) }
  })
  return { status: 200, body: { clusters: await Promise.all(clusters) } }
}

/** For storage: web never holds the key, and the plaintext is not kept. */
async function sealed(ports: ClusterPorts, plaintext: string): Promise<Answer> {
  if (!ports.sealingKey) return { status: 503, body: { reason: 'This engine has no sealing key.' } }
  const { bytes, keyId } = seal(plaintext, ports.sealingKey)
  return { status: 200, body: { sealed: bytes.toString('base64'), keyId } }
}
