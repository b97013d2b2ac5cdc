import { z } from 'zod'
import { ObservedEndpoint, type Wish } from '@/lib/endpoints/wish'
import { AdminProblem, Applied, ClusterState, Endpoints, Logs, Preview } from '@/lib/serving/schema'
import type { ApplyResult, ClusterTarget, Driver, Unreachable } from '../driver'

/** A local cluster's configuration: its admin API and its public address. `name` where the cluster calls itself otherwise than we do. */
export const LocalConfig = z.object({ adminUrl: z.url(), publicUrl: z.url().optional(), name: z.string().min(1).optional() })

type Call = { status: number; body: unknown } | Unreachable

/** The driver of local clusters, over their admin API. The credential is the cluster's admin token. */
export const localDriver: Driver = {
  async observe(cluster, signal) {
    const answer = await ask(cluster, 'GET', '/endpoints', undefined, signal, Endpoints)
    if (!answer.ok) return answer
    const endpoints = new Map<string, ObservedEndpoint>()
    const unread = new Map<string, string>()
    for (const raw of answer.value.endpoints) {
      const { data, error } = ObservedEndpoint.safeParse(raw)
      if (data) endpoints.set(data.endpointId, data)
      else unread.set(raw.endpointId, `${cluster.name} says of this endpoint what Slipway does not understand: ${z.prettifyError(error)}`)
    }
    return { ok: true, endpoints, unread, offsetMs: answer.value.offsetMs }
  },
  apply: (cluster, wish, signal) => write(cluster, 'PUT', wish.endpointId, wish, signal),
  remove: (cluster, { endpointId, fence, generation }, signal) => write(cluster, 'DELETE', endpointId, { fence, generation }, signal),
  async probe(cluster, signal) {
    const answer = await ask(cluster, 'GET', '', undefined, signal, ClusterState)
    return answer.ok ? { ok: true, version: answer.value.version, detail: detailOf(answer.value), noMirror: null } : answer
  },
  async preview(cluster, wish, signal) {
    const answer = await ask(cluster, 'POST', `/endpoints/${wish.endpointId}/preview`, wish, signal, Preview)
    return answer.ok ? { ok: true, changes: answer.value.changes } : answer
  },
  async logs(cluster, endpointId, limit, signal) {
    const answer = await ask(cluster, 'GET', `/endpoints/${endpointId}/logs?limit=${limit}`, undefined, signal, Logs)
    return answer.ok ? { ok: true, lines: answer.value.lines } : answer
  },
}

/** One sentence on the cluster's health for people. */
function detailOf(state: ClusterState): string {
  const { telemetry, endpoints, problems } = state
  const clock =
    state.offsetMs === null ? 'its clock is not compared yet' : `clock off by ${(Math.abs(state.offsetMs) / 1_000).toFixed(1)} s, corrected`
  const counts = telemetry.reason ? `counts: ${telemetry.state} (${telemetry.reason})` : `counts: ${telemetry.state}`
  const refused = telemetry.refusedRequests > 0 ? [`${telemetry.refusedRequests} counted requests were refused`] : []
  return [`${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'}`, clock, counts, ...refused, ...problems].join('; ')
}

async function write(
  cluster: ClusterTarget,
  method: 'PUT' | 'DELETE',
  endpointId: string,
  body: Wish | object,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const answer = await call(cluster, method, `/endpoints/${endpointId}`, body, signal)
  if ('ok' in answer) return answer
  if (answer.status === 200) {
    const applied = Applied.safeParse(answer.body)
    return applied.success ? { ok: true, kind: 'applied', observed: applied.data.observed } : odd(answer.status)
  }
  const problem = AdminProblem.safeParse(answer.body)
  if (!problem.success) return odd(answer.status)
  const { code, message, fence = 0, generation = 0 } = problem.data
  if (code === 'stale' || code === 'conflict') return { ok: false, kind: code, fence, generation }
  return code === 'refused' ? { ok: false, kind: 'refused', reason: message } : unreachable(message)
}

async function ask<T>(
  cluster: ClusterTarget,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
  schema: z.ZodType<T>,
): Promise<{ ok: true; value: T } | Unreachable> {
  const answer = await call(cluster, method, path, body, signal)
  if ('ok' in answer) return answer
  const parsed = schema.safeParse(answer.body)
  if (answer.status === 200 && parsed.success) return { ok: true, value: parsed.data }
  const problem = AdminProblem.safeParse(answer.body)
  return problem.success ? unreachable(problem.data.message) : odd(answer.status)
}

async function call(cluster: ClusterTarget, method: string, path: string, body: unknown, signal: AbortSignal): Promise<Call> {
  const config = LocalConfig.safeParse(cluster.config)
  if (!config.success) return unreachable(`The configuration of ${cluster.name} is wrong: ${z.prettifyError(config.error)}`)
  const name = encodeURIComponent(config.data.name ?? cluster.name)
  try {
    const response = await fetch(new URL(`/v1/clusters/${name}${path}`, config.data.adminUrl), {
      method,
      headers: { authorization: `Bearer ${cluster.credential}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error',
      signal,
    })
    return { status: response.status, body: await response.json() }
  } catch (error) {
    if (signal.aborted) return unreachable(`${cluster.name} did not answer in time.`)
    return unreachable(`${cluster.name} cannot be reached at ${config.data.adminUrl}: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message
}

function unreachable(reason: string): Unreachable {
  return { ok: false, kind: 'unreachable', reason }
}

function odd(status: number): Unreachable {
  return unreachable(`What answers there (${status}) is not a local cluster of this version.`)
}
