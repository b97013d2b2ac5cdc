import { db } from '@/lib/db'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { type ArmQuality, qualityOf } from './quality'
import type { ArmSeries, Prices, Span, TrafficPoint } from './schema'
import { type ArmKey, type ArmTraffic, trafficOf } from './traffic'

/** Every arm that was counted or labelled over a span, and the present ones also when nothing was. */
export async function armSeries(endpointId: string, span: Span): Promise<{ arms: ArmSeries[]; prices: Prices; regression: boolean }> {
  const current = await currentArms(endpointId)
  const traffic = await trafficOf(endpointId, span, [...current.keys])
  const quality = await qualityOf(endpointId, span, current, (key, low, high) => requestsOf(traffic.get(key)?.points ?? [], low, high))
  const keys = [...new Set([...traffic.keys(), ...quality.keys()])]
  const versions = await db().modelVersion.findMany({
    where: { id: { in: keys.map((key) => key.split('/')[0]) } },
    select: { id: true, number: true },
  })
  const numbers = new Map(versions.map((version) => [version.id, version.number]))
  const arms = keys.map((key) => armOf(key, numbers, current.keys.has(key), traffic.get(key), quality.get(key)))
  arms.sort((a, b) => a.number - b.number || (a.role < b.role ? -1 : 1))
  return { arms, prices: current.prices, regression: current.regression }
}

function armOf(key: ArmKey, numbers: Map<string, number>, current: boolean, traffic?: ArmTraffic, quality?: ArmQuality): ArmSeries {
  const [versionId, role] = key.split('/')
  return {
    role: role as ArmSeries['role'],
    versionId,
    number: numbers.get(versionId) ?? 0,
    current,
    traffic: traffic?.points ?? [],
    quality: quality?.points ?? [],
    total: traffic?.total ?? null,
    totalQuality: quality?.total ?? null,
  }
}

interface Current {
  keys: Set<ArmKey>
  prices: Prices
  regression: boolean
}

/** The live version and, while a rollout is under way, the next one; the prices that the live version's decision threshold stands for; the kind of model. */
async function currentArms(endpointId: string): Promise<Current> {
  const endpoint = await db().endpoint.findUniqueOrThrow({
    where: { id: endpointId },
    select: {
      liveVersionId: true,
      model: { select: { task: true } },
      rollouts: { where: { phase: { in: [...LIVE_PHASES] } }, select: { toVersionId: true }, take: 1 },
    },
  })
  const live = endpoint.liveVersionId
    ? await db().modelVersion.findUnique({ where: { id: endpoint.liveVersionId }, select: { threshold: true } })
    : null
  const keys = new Set<ArmKey>()
  if (endpoint.liveVersionId) keys.add(`${endpoint.liveVersionId}/live`)
  for (const { toVersionId } of endpoint.rollouts) if (toVersionId) keys.add(`${toVersionId}/candidate`)
  return { keys, prices: pricesOf(live?.threshold ?? null), regression: endpoint.model.task === 'regression' }
}

/** Whoever decides at probability t says that a missed positive costs (1 - t) / t false alarms. Without a threshold, or with one that says nothing, both cost the same. */
function pricesOf(threshold: number | null): Prices {
  if (threshold === null || !(threshold > 0 && threshold < 1)) return { missed: 1, falseAlarm: 1, threshold: null }
  return { missed: (1 - threshold) / threshold, falseAlarm: 1, threshold }
}

function requestsOf(points: (TrafficPoint | null)[], low: number, high: number): number | null {
  const known = points.filter((point) => point && point.at >= low && point.at < high)
  return known.length > 0 ? known.reduce((sum, point) => sum + (point?.n ?? 0), 0) : null
}
