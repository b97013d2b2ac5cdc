import * as z from 'zod'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { askEngine } from '@/lib/environments/engine'
import { notFound, Problem } from '@/lib/errors'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { endpointScope, findPlaced } from '../store'
import { endpointTarget } from '../trail'
import { ReturnRoute, TakeRoute } from './schema'

const Answer = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), kind: z.string(), reason: z.string() })])

/**
 * Gives an endpoint a share of the requests of a route that Slipway did not make. No approval is asked: only the version that is live there gets them, and that it may be
 * live was approved where its policy asks for it. So it is refused where none is live, or another may become so.
 */
export const takeRoute = defineCommand({
  name: 'endpoint.take-route',
  input: TakeRoute,
  permission: 'rollout:takeover',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, input, audit }): Promise<{ share: number }> {
    const { clusterId, share, route, rewrite, despite } = input
    const version = await answering(tx, input)
    const cluster = await tx.cluster.findUniqueOrThrow({ where: { id: clusterId }, select: { name: true } })
    await done('take-route', input)
    const detail = { cluster: cluster.name, route, share, rewrite, despite, version }
    audit(await endpointTarget(tx, input.endpointId, detail))
    return { share }
  },
})

/** The way back: never refused for what else goes on. */
export const returnRoute = defineCommand({
  name: 'endpoint.return-route',
  input: ReturnRoute,
  permission: 'rollout:takeover',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, input, audit }): Promise<{ route: string }> {
    const { clusterId, route } = input
    const cluster = await tx.cluster.findFirst({ where: { id: clusterId, removedAt: null }, select: { name: true } })
    if (!cluster) throw notFound('such cluster')
    await done('return-route', input)
    audit(await endpointTarget(tx, input.endpointId, { cluster: cluster.name, route }))
    return { route }
  },
})

/** The number of the version that would answer. Refused where that is none, not sure to stay, or asks callers for what these do not send. */
async function answering(tx: Tx, { endpointId, clusterId }: z.output<typeof TakeRoute>): Promise<number> {
  const endpoint = await findPlaced(tx, endpointId)
  if (!endpoint) throw notFound('such endpoint')
  const refuse = (message: string) => new Problem('conflict', message)
  if (!endpoint.clusters.some((place) => place.clusterId === clusterId))
    throw refuse(`${endpoint.environment} does not have this cluster: add it to its waves, and launch there.`)
  if (!endpoint.liveVersionId) throw refuse('No version is live at this endpoint: launch one first, so that others can look at it.')
  if (endpoint.readOnly) throw refuse('This endpoint is read-only: answer that first, on its page.')
  if (endpoint.keys.length > 0)
    throw refuse(
      'This endpoint asks callers for a key, and those of the route have none: they would be refused with 401. Revoke its keys first.',
    )
  const live = await tx.rollout.count({ where: { endpointId, phase: { in: [...LIVE_PHASES] } } })
  if (live > 0) throw refuse('A rollout is under way here, and other callers would change what it is judged by. Wait until it has ended.')
  const version = await tx.modelVersion.findUniqueOrThrow({ where: { id: endpoint.liveVersionId }, select: { number: true } })
  return version.number
}

/** Asks the engine to do it. The cluster itself remembers what was done, and the same again changes nothing. */
async function done(question: 'take-route' | 'return-route', input: Record<string, unknown>): Promise<void> {
  const answer = await askEngine(question, input)
  if (!answer.ok) throw new Problem('unavailable', answer.reason)
  const said = Answer.parse(answer.value)
  if (!said.ok) throw new Problem(said.kind === 'unreachable' ? 'unavailable' : 'conflict', said.reason)
}
