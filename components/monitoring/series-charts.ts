import { type ChartSpec, type Unit, valueText } from '@/components/charts/spec'
import type { ArmSeries, EndpointSeries, QualityPoint, TrafficPoint } from '@/lib/monitoring/schema'
import { armLine, armName } from './arm-style'

/**
 * An arm's steps from its first to its last request: before and after, a version that comes or has gone is not at zero but not there. The live version is there throughout.
 */
function whileThere(arm: ArmSeries): (TrafficPoint | null)[] {
  if (arm.current && arm.role === 'live') return arm.traffic
  const served = (point: TrafficPoint | null) => point !== null && point.n > 0
  const first = arm.traffic.findIndex(served)
  const last = arm.current ? arm.traffic.length : arm.traffic.findLastIndex(served)
  return arm.traffic.map((point, i) => (first >= 0 && i >= first && i <= last ? point : null))
}

interface Look<P> {
  title: string
  unit: Unit
  scale: ChartSpec['scale']
  read: (point: P) => number | null
}

const TRAFFIC: Look<TrafficPoint>[] = [
  { title: 'Requests per second', unit: 'number', scale: 'zero', read: (point) => point.n / point.seconds },
  { title: 'Bad requests', unit: 'share', scale: 'zero', read: (point) => (point.n > 0 ? point.bad / point.n : null) },
]

const LATENCY: Look<TrafficPoint>[] = [
  { title: 'Latency p50', unit: 'ms', scale: 'zero', read: (point) => point.p50 },
  { title: 'Latency p95', unit: 'ms', scale: 'zero', read: (point) => point.p95 },
  { title: 'Latency p99', unit: 'ms', scale: 'zero', read: (point) => point.p99 },
]

const COVERAGE: Look<QualityPoint> = { title: 'Labels per request', unit: 'share', scale: 'zero', read: (point) => point.coverage }
const CLASSES: Look<QualityPoint>[] = [
  { title: 'Accuracy', unit: 'share', scale: 'fit', read: (point) => point.accuracy },
  { title: 'Cost per 1,000', unit: 'number', scale: 'zero', read: (point) => point.cost },
  COVERAGE,
  { title: 'AUC', unit: 'number', scale: 'fit', read: (point) => point.auc },
  { title: 'Brier score', unit: 'number', scale: 'fit', read: (point) => point.brier },
]
const REGRESSION: Look<QualityPoint>[] = [
  { title: 'Mean squared error', unit: 'number', scale: 'zero', read: (point) => point.meanSquaredError },
  COVERAGE,
]

export function trafficCharts(series: EndpointSeries, arms: ArmSeries[]): ChartSpec[] {
  return TRAFFIC.map((look) => trafficChart(series, arms, look))
}

export function latencyCharts(series: EndpointSeries, arms: ArmSeries[]): ChartSpec[] {
  return LATENCY.map((look) => trafficChart(series, arms, look))
}

/** Labels come by the minute: charts of fine steps keep one point a minute, so that minutes without labels are gaps and the rest is a line. */
export function qualityCharts(series: EndpointSeries, arms: ArmSeries[]): ChartSpec[] {
  const at = stepsOf(series)
  const kept = at.flatMap((each, i) => (series.stepMs >= 60_000 || each % 60_000 === 0 ? [i] : []))
  const young = Math.min(...arms.flatMap((arm) => arm.quality.flatMap((point) => (point?.maturing ? [point.at] : []))))
  const marks = Number.isFinite(young) ? [...series.marks, { at: young, text: 'labels still coming from here on' }] : series.marks
  return (series.regression ? REGRESSION : CLASSES).map((look) => chart({ ...series, marks }, arms, look, at, kept, (arm) => arm.quality))
}

function trafficChart(series: EndpointSeries, arms: ArmSeries[], look: Look<TrafficPoint>): ChartSpec {
  const at = stepsOf(series)
  return chart(
    series,
    arms,
    look,
    at,
    at.map((_, i) => i),
    whileThere,
  )
}

function chart<P>(
  series: Pick<EndpointSeries, 'from' | 'to'> & { marks: { at: number; text: string }[] },
  arms: ArmSeries[],
  look: Look<P>,
  at: number[],
  kept: number[],
  points: (arm: ArmSeries) => (P | null)[],
): ChartSpec {
  const lines = arms.map((arm) => ({
    ...armLine(arm),
    values: kept.map((i) => {
      const point = points(arm)[i]
      return point ? look.read(point) : null
    }),
  }))
  const last = lines.map(
    (line, i) =>
      `${arms[i] ? armName(arms[i]) : ''} ${valueText(
        line.values.findLast((value) => value !== null),
        look.unit,
      )}`,
  )
  return {
    title: look.title,
    sentence: `${look.title} by version over time, last: ${last.join(', ') || 'no data'}.`,
    unit: look.unit,
    scale: look.scale,
    at: kept.map((i) => at[i] ?? 0),
    series: lines,
    marks: series.marks.map(({ at: when, text }) => ({ at: when, text })),
    from: series.from,
    to: series.to,
    height: 150,
  }
}

function stepsOf({ from, to, stepMs }: EndpointSeries): number[] {
  return Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, i) => from + i * stepMs)
}

/** Times at which nobody reported on the endpoint, as spans; what charts show as gaps. The step that is still being counted is none. */
export function gapsOf(series: EndpointSeries): { from: number; to: number }[] {
  const at = stepsOf(series)
  const first = series.arms[0]
  if (!first) return []
  const silent = at.map((_, i) => series.arms.every((arm) => (arm.traffic[i] ?? null) === null))
  const gaps: { from: number; to: number }[] = []
  silent.forEach((empty, i) => {
    const start = at[i] ?? 0
    const last = gaps.at(-1)
    if (!empty) return
    if (last && last.to === start) last.to = start + series.stepMs
    else gaps.push({ from: start, to: start + series.stepMs })
  })
  const unfinished = series.to - 2 * series.stepMs
  return gaps.filter((gap) => gap.from < unfinished)
}
