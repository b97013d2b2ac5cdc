import type { ChartSeries, ChartSpec } from '@/components/charts/spec'
import { formatDuration, formatMs, formatRatio, formatShare } from '@/lib/format'
import type { ArmPoint, EvidenceSeries, RolloutSeries, TrafficShare } from '@/lib/rollouts/view-schema'
import { METRIC_WORDS } from './words'

type Time = Pick<RolloutSeries, 'from' | 'to' | 'marks'>

/** Candidate's share over time, a chart per cluster: desired as a step line, counted filled with its band. */
export function trafficCharts(series: RolloutSeries): ChartSpec[] {
  return series.traffic.map(({ cluster, points }) => {
    const last = points.findLast((point) => point.counted !== null)
    const desired = points.findLast((point) => point.desired !== null)?.desired ?? null
    const words = `${last?.counted == null ? 'nothing counted yet' : `${formatShare(last.counted, 1)} counted last`}, ${desired === null ? 'nothing desired' : `${formatShare(desired)} desired`}`
    return {
      title: `Traffic to next on ${cluster}`,
      sentence: `Share of traffic to next on ${cluster} over time: ${words}.`,
      unit: 'share' as const,
      scale: 'zero' as const,
      ...time(series),
      at: points.map((point) => point.at),
      series: [
        {
          key: 'counted',
          label: 'counted',
          tone: 'candidate' as const,
          shape: 'area' as const,
          values: points.map((point) => point.counted),
          band: points.map(bandOf),
        },
        {
          key: 'desired',
          label: 'desired',
          tone: 'neutral' as const,
          shape: 'step' as const,
          dashed: true,
          values: points.map((point) => point.desired),
        },
      ],
    }
  })
}

/** Where nothing is desired and nothing was counted there is no share to be unsure of: a band over it would look like traffic. */
function bandOf({ counted, desired, low, high }: TrafficShare): [number, number] | null {
  if (low === null || high === null) return null
  return counted === 0 && !desired ? [0, 0] : [low, high]
}

/** One gate over time: ratio with its band on a log axis, and the two lines it must or must not cross. */
export function evidenceChart(evidence: EvidenceSeries, within: Time): ChartSpec {
  const last = evidence.points.findLast((point) => point.estimate !== null)
  const lines = evidence.points.map((point) => evidence.lines.findLast((line) => line.at <= point.at) ?? evidence.lines[0])
  const line = (key: 'tolerated' | 'limit', tone: ChartSeries['tone']): ChartSeries => ({
    key,
    label: key,
    tone,
    shape: 'step',
    dashed: true,
    values: lines.map((each) => each?.[key] ?? null),
  })
  const name = METRIC_WORDS[evidence.metric] ?? evidence.metric
  return {
    title: evidence.label,
    sentence: `${name}, next against live as a ratio over time: ${last?.estimate == null ? 'nothing to compare yet' : `${formatRatio(last.estimate)} now, between ${formatRatio(last.low ?? 0)} and ${last.high === null ? 'an open edge' : formatRatio(last.high)}`}. ${evidence.metric === 'drift' ? 'A whole band above the line means that the arms get different requests.' : 'The whole band above the tolerated line returns; the whole band below the limit line may advance.'}`,
    unit: 'ratio',
    scale: 'log',
    ...time(within),
    at: evidence.points.map((point) => point.at),
    series: [
      {
        key: 'ratio',
        label: 'ratio',
        tone: 'stable',
        shape: 'line',
        values: evidence.points.map((point) => point.estimate),
        band: evidence.points.map((point) =>
          point.estimate === null && point.low === null && point.high === null
            ? null
            : [point.low ?? 0, point.high ?? Number.POSITIVE_INFINITY],
        ),
      },
      line('tolerated', 'fail'),
      line('limit', 'pass'),
    ],
  }
}

const QUANTILES = ['p50', 'p95', 'p99'] as const

/** Latency quantiles, requests and bad requests by arm. */
export function armCharts(series: RolloutSeries, names: { live: string; next: string }): ChartSpec[] {
  const latency = QUANTILES.map((quantile) =>
    byArm(series, names, { title: `Latency ${quantile}`, unit: 'ms', scale: 'zero' }, (point) => point[quantile], formatMs),
  )
  const requests = byArm(
    series,
    names,
    { title: `Requests per ${formatDuration(series.stepMs / 1_000)}`, unit: 'count', scale: 'zero' },
    (point) => point.n,
    String,
  )
  const errors = byArm(
    series,
    names,
    { title: 'Bad requests', unit: 'share', scale: 'zero' },
    (point) => (point.n === null || point.bad === null || point.n === 0 ? null : point.bad / point.n),
    formatShare,
  )
  return [...latency, requests, errors]
}

function byArm(
  series: RolloutSeries,
  names: { live: string; next: string },
  look: Pick<ChartSpec, 'title' | 'unit' | 'scale'>,
  read: (point: ArmPoint) => number | null,
  word: (value: number) => string,
): ChartSpec {
  const first = Math.floor(series.from / series.stepMs) * series.stepMs
  const at = Array.from({ length: Math.max(1, Math.ceil((series.to - first) / series.stepMs)) }, (_, i) => first + i * series.stepMs)
  const values = (points: ArmPoint[]) => {
    const known = new Map(points.map((point) => [point.at, read(point)]))
    return at.map((each) => known.get(each) ?? null)
  }
  const arms = [
    { key: 'live', label: names.live, tone: 'stable' as const, values: values(series.live) },
    { key: 'next', label: names.next, tone: 'candidate' as const, values: values(series.next) },
  ]
  const latest = arms.map((arm) => {
    const last = arm.values.findLast((value) => value !== null)
    return `${arm.label} ${last == null ? 'no data' : word(last)}`
  })
  return {
    ...look,
    sentence: `${look.title} by arm over time, last: ${latest.join(', ')}.`,
    ...time(series),
    at,
    series: arms.map((arm) => ({ ...arm, shape: 'line' as const })),
    height: 140,
  }
}

function time({ from, to, marks }: Time) {
  return { from, to, marks }
}
