import { pool } from '@/lib/db'
import { previewSteps, type StepPreview, type Traffic } from '../preview'
import type { PlanDocument } from '../schema'
import { stepsAt } from '../steps'
import type { LaunchPreview } from '../view-schema'
import type { LaunchTarget } from './store'

const RECENT_S = 600

/** What the endpoint had in the last 10 minutes on its first wave's cluster; zeros where nothing was counted. */
export async function recentTraffic(target: Pick<LaunchTarget, 'endpointId' | 'live' | 'waves'>, now: Date): Promise<Traffic> {
  const clusterId = target.waves[0]?.clusterId
  if (!target.endpointId || !target.live || !clusterId)
    return { requestsPerSecond: 0, errorRate: 0, labelsPerSecond: 0, accuracy: null, labelDelaySeconds: 0 }
  const since = new Date(now.getTime() - RECENT_S * 1_000)
  const of = [target.endpointId, target.live.id, clusterId, since]
  const series = `select id from telemetry.series where endpoint_id = $1 and version_id = $2 and cluster_id = $3 and segment = 0 and role in ('live', 'candidate')`
  const requests = await pool().query<{ n: number; bad: number; seconds: number }>(
    `select coalesce(sum(n), 0)::float8 as n, coalesce(sum(bad), 0)::float8 as bad, coalesce(extract(epoch from max(slot) - min(slot)) + 5, 0)::float8 as seconds
     from telemetry.window_5s where series in (${series}) and slot >= $4`,
    of,
  )
  // Labels come later than requests: their rate is since the first of them, or a fresh endpoint would seem to have hardly any.
  const labels = await pool().query<{ n: number; wrong: number; delay: number | null; seconds: number }>(
    `select coalesce(extract(epoch from $5::timestamptz - min(matched_at)), 0)::float8 as seconds, count(*)::float8 as n, count(*) filter (where positive is distinct from (value >= 0.5))::float8 as wrong,
       percentile_cont(0.5) within group (order by extract(epoch from matched_at - at))::float8 as delay
     from telemetry.outcome where metric = '' and series in (${series}) and matched_at >= $4 and at >= $4::timestamptz - interval '1 day'`,
    [...of, now],
  )
  const measured = await pool().query<{ metric: string; n: number }>(
    `select metric, count(*)::float8 as n from telemetry.outcome
     where metric <> '' and series in (${series}) and matched_at >= $4 and at >= $4::timestamptz - interval '1 day' group by 1`,
    of,
  )
  const counted = requests.rows[0]
  const labelled = labels.rows[0]
  const seconds = Math.max(1, counted.seconds)
  return {
    requestsPerSecond: counted.n / seconds,
    errorRate: counted.n > 0 ? counted.bad / counted.n : 0,
    labelsPerSecond: labelled.n / Math.max(1, labelled.seconds),
    accuracy: labelled.n > 0 ? 1 - labelled.wrong / labelled.n : null,
    measuredPerSecond: Object.fromEntries(measured.rows.map(({ metric, n }) => [metric, n / seconds])),
    labelDelaySeconds: labelled.delay ?? 0,
  }
}

/** A step's outlook as pages and API have it. */
export function stepView({ weight, seconds, note }: StepPreview): LaunchPreview['steps'][number] {
  return { weight, minutes: seconds === null ? null : seconds / 60, why: note }
}

/** What the later clusters with other steps than the first are likely to do, each at its own traffic of the last 10 minutes. */
export async function otherOutlooks(target: LaunchTarget, plan: PlanDocument, now: Date): Promise<LaunchPreview['others']> {
  const first = stepsAt(plan, 0).join()
  const others = plan.waves.flatMap(({ cluster }, wave) => (stepsAt(plan, wave).join() === first ? [] : [{ cluster, wave }]))
  return Promise.all(
    others.map(async ({ cluster, wave }) => {
      const traffic = await recentTraffic({ ...target, waves: [target.waves[wave]] }, now)
      return { cluster, steps: previewSteps(plan, traffic, wave).map(stepView) }
    }),
  )
}
