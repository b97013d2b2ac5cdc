import { createSketch, mergeSketch, sketchQuantile } from '@/lib/analysis/sketch'
import { decodeSketch } from '@/lib/analysis/sketch-codec'
import type { Actor } from '@/lib/auth/actor'
import { readableTeams } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { db, pool } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { driftOf } from './drift'
import { qualityOf } from './quality'
import type { ArmSeries, DriftRow, EndpointHealth, EndpointSeries, RolloutMark, Span, TimeRange } from './schema'
import { spanOf } from './span'
import { type ArmKey, trafficOf } from './traffic'

/** Series of all arms of an endpoint over a range, with its rollouts as marks. Throws not-found for another team's endpoint. */
export async function endpointSeries(actor: Actor, endpointId: string, range: TimeRange): Promise<EndpointSeries> {
  await demandEndpoint(actor, endpointId)
  const span = spanOf(range, await databaseNow(db()))
  const traffic = await trafficOf(endpointId, span)
  const requests = (key: ArmKey, at: number, stepMs: number) => {
    const points = traffic.get(key)?.filter((point) => point && point.at >= at && point.at < at + stepMs)
    return points && points.length > 0 ? points.reduce((sum, point) => sum + (point?.n ?? 0), 0) : null
  }
  const quality = await qualityOf(endpointId, span, requests)
  const keys = [...new Set([...traffic.keys(), ...quality.keys()])]
  const versions = await db().modelVersion.findMany({
    where: { id: { in: keys.map((key) => key.split('/')[0]) } },
    select: { id: true, number: true },
  })
  const numbers = new Map(versions.map((version) => [version.id, version.number]))
  const arms = keys.map((key) => {
    const [versionId, role] = key.split('/')
    return {
      role: role as ArmSeries['role'],
      versionId,
      number: numbers.get(versionId) ?? 0,
      traffic: traffic.get(key) ?? [],
      quality: quality.get(key) ?? [],
    }
  })
  arms.sort((a, b) => a.number - b.number || (a.role < b.role ? -1 : 1))
  return { from: span.from.getTime(), to: span.to.getTime(), stepMs: span.stepMs, arms, marks: await marksOf(endpointId, span) }
}

/** Drift of features and scores of an endpoint over a range. */
export async function endpointDrift(actor: Actor, endpointId: string, range: TimeRange): Promise<DriftRow[]> {
  await demandEndpoint(actor, endpointId)
  return driftOf(endpointId, spanOf(range, await databaseNow(db())))
}

async function demandEndpoint(actor: Actor, endpointId: string): Promise<void> {
  const teams = readableTeams(actor.grants)
  const endpoint = await db().endpoint.findFirst({
    where: { id: endpointId, ...(teams ? { model: { teamId: { in: teams } } } : {}) },
    select: { id: true },
  })
  if (!endpoint) throw notFound('such endpoint')
}

async function marksOf(endpointId: string, span: Span): Promise<RolloutMark[]> {
  const inside = { gte: span.from, lt: span.to }
  const rollouts = await db().rollout.findMany({
    where: { endpointId, OR: [{ startedAt: inside }, { endedAt: inside }] },
    select: { id: true, strategy: true, phase: true, startedAt: true, endedAt: true },
    orderBy: { createdAt: 'desc' },
    take: 50,
  })
  return rollouts.flatMap(({ id, strategy, phase, startedAt, endedAt }) => [
    ...(startedAt && startedAt >= span.from ? [{ id, at: startedAt.getTime(), text: `${strategy} starts` }] : []),
    ...(endedAt && endedAt >= span.from ? [{ id, at: endedAt.getTime(), text: `${strategy} ${phase}` }] : []),
  ])
}

/** The last 5 minutes of the given endpoints, all arms together. What nobody reported on is null, not zero. */
export async function endpointsHealth(endpointIds: string[]): Promise<Map<string, EndpointHealth>> {
  const { rows } = await pool().query<{ endpointId: string; slot: Date; n: number; bad: number; latency: Buffer }>(
    `select s.endpoint_id as "endpointId", w.slot, w.n, w.bad, w.latency from telemetry.window_5s w join telemetry.series s on s.id = w.series
     where s.endpoint_id = any($1) and s.segment = 0 and s.role in ('live', 'candidate') and w.slot >= clock_timestamp() - interval '5 minutes'`,
    [endpointIds],
  )
  const seen = await pool().query<{ endpointId: string; seenAt: Date; first: Date }>(
    `select c.endpoint_id as "endpointId", max(s.watermark) as "seenAt", min(s.first_seen_at) as first
     from endpoint_cluster c join telemetry.source s on s.cluster_id = c.cluster_id where c.endpoint_id = any($1) group by 1`,
    [endpointIds],
  )
  return new Map(
    endpointIds.map((endpointId) => {
      const own = rows.filter((row) => row.endpointId === endpointId)
      const source = seen.rows.find((row) => row.endpointId === endpointId)
      const sketch = createSketch()
      for (const row of own) mergeSketch(sketch, decodeSketch(row.latency))
      const n = own.reduce((sum, row) => sum + row.n, 0)
      const bad = own.reduce((sum, row) => sum + row.bad, 0)
      const seconds =
        own.length > 0
          ? Math.max(5, (Math.max(...own.map((row) => row.slot.getTime())) - Math.min(...own.map((row) => row.slot.getTime()))) / 1000 + 5)
          : 300
      return [
        endpointId,
        {
          endpointId,
          requests: n,
          perSecond: n / seconds,
          errorShare: n > 0 ? bad / n : null,
          p95: sketchQuantile(sketch, 0.95),
          lastSeenAt: source?.seenAt.toISOString() ?? null,
        },
      ]
    }),
  )
}
