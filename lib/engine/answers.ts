import { z } from 'zod'
import { db } from '@/lib/db'
import { type ArmTarget, composeWish } from '@/lib/endpoints/compose'
import { endpointParts, findPlaced, findVersionParts } from '@/lib/endpoints/store'
import { seal } from '@/lib/seal'
import type { Answer, Answers } from './internal'
import { type ClusterPorts, call, openClusters, unreachable } from './observer'

const Probe = z.object({ clusterId: z.uuid() })
const Logs = z.object({ endpointId: z.uuid(), limit: z.number().int().min(1).max(500).default(500) })
const Seal = z.object({ plaintext: z.string().min(1).max(64_000) })
const Preview = z.object({
  endpointId: z.uuid(),
  versionId: z.uuid(),
  weight: z.number().int().min(0).max(10_000),
  replicas: z.number().int().min(1).max(16),
})

/** What the engine answers on its internal port. Ids only: where a cluster is, the engine reads itself. */
export function engineAnswers(ports: ClusterPorts): Answers {
  return {
    probe: (body) => asked(Probe, body, ({ clusterId }) => probe(ports, clusterId)),
    preview: (body) => asked(Preview, body, (input) => preview(ports, input)),
    logs: (body) => asked(Logs, body, ({ endpointId, limit }) => logs(ports, endpointId, limit)),
    seal: (body) => asked(Seal, body, ({ plaintext }) => sealed(ports, plaintext)),
  }
}

async function asked<I extends z.ZodType>(schema: I, body: unknown, answer: (input: z.output<I>) => Promise<Answer>): Promise<Answer> {
  const parsed = schema.safeParse(body)
  return parsed.success ? answer(parsed.data) : { status: 422, body: { reason: z.prettifyError(parsed.error) } }
}

async function probe(ports: ClusterPorts, clusterId: string): Promise<Answer> {
  const cluster = (await openClusters(db(), ports, [clusterId])).get(clusterId)
  if (!cluster) return { status: 404, body: { reason: 'There is no such cluster.' } }
  return { status: 200, body: 'kind' in cluster ? cluster : await call(cluster, (driver, target, signal) => driver.probe(target, signal)) }
}

/** What would change on each cluster if this version took this weight beside the live one. */
async function preview(ports: ClusterPorts, input: z.output<typeof Preview>): Promise<Answer> {
  const endpoint = await findPlaced(db(), input.endpointId)
  if (!endpoint) return { status: 404, body: { reason: 'There is no such endpoint.' } }
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
  const open = await openClusters(
    db(),
    ports,
    endpoint.clusters.map((place) => place.clusterId),
  )
  const clusters = endpoint.clusters.map(async (place) => {
    const cluster = open.get(place.clusterId) ?? unreachable('The cluster is no longer registered.')
    const result = 'kind' in cluster ? cluster : await call(cluster, (driver, target, signal) => driver.preview(target, wish, signal))
    return { cluster: place.cluster, ...result }
  })
  return { status: 200, body: { clusters: await Promise.all(clusters) } }
}

async function logs(ports: ClusterPorts, endpointId: string, limit: number): Promise<Answer> {
  const endpoint = await findPlaced(db(), endpointId)
  if (!endpoint) return { status: 404, body: { reason: 'There is no such endpoint.' } }
  const open = await openClusters(
    db(),
    ports,
    endpoint.clusters.map((place) => place.clusterId),
  )
  const clusters = endpoint.clusters.map(async (place) => {
    const cluster = open.get(place.clusterId) ?? unreachable('The cluster is no longer registered.')
    const result =
      'kind' in cluster ? cluster : await call(cluster, (driver, target, signal) => driver.logs(target, endpointId, limit, signal))
    return { cluster: place.cluster, ...result }
  })
  return { status: 200, body: { clusters: await Promise.all(clusters) } }
}

/** For storage: web never holds the key, and the plaintext is not kept. */
async function sealed(ports: ClusterPorts, plaintext: string): Promise<Answer> {
  if (!ports.sealingKey) return { status: 503, body: { reason: 'This engine has no sealing key.' } }
  const { bytes, keyId } = seal(plaintext, ports.sealingKey)
  return { status: 200, body: { sealed: bytes.toString('base64'), keyId } }
}
