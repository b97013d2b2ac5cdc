import { formatCount, formatMs, formatRatio, formatShare } from '@/lib/format'

export type Unit = 'share' | 'ms' | 'ratio' | 'count' | 'number'
export type Tone = 'stable' | 'candidate' | 'shadow' | 'neutral' | 'fail' | 'pass'

/** One thing over time. `values` stand beside the chart's `at`; null is a gap, never zero. */
export interface ChartSeries {
  key: string
  /** Stands at the end of the line: "next p95". */
  label: string
  tone: Tone
  shape: 'line' | 'step' | 'area'
  dashed?: boolean
  values: (number | null)[]
  /** Lower and upper edge around it. On a log axis 0 and Infinity are open edges. */
  band?: ([number, number] | null)[]
}

/** A chart over time: at most five series. Also its table, its CSV and its accessible name. */
export interface ChartSpec {
  title: string
  /** Says in words what the chart shows now; the accessible name. */
  sentence: string
  unit: Unit
  /** `zero`: from zero, for shares and counts; `log`: for ratios, with a thin line at 1; `fit`: what the data need. */
  scale: 'zero' | 'log' | 'fit'
  /** Times in ms since epoch, rising. */
  at: number[]
  series: ChartSeries[]
  marks: { at: number; text: string }[]
  /** What is shown of the time axis; default: first to last point. */
  from?: number
  to?: number
  height?: number
}

export const COLOURS: Record<Tone, string> = {
  stable: 'var(--stable)',
  candidate: 'var(--candidate)',
  shadow: 'var(--shadow-arm)',
  neutral: 'var(--muted)',
  fail: 'var(--fail)',
  pass: 'var(--pass)',
}

/** A value in words: "431 ms", "no data". */
export function valueText(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return 'no data'
  if (unit === 'share') return formatShare(value, value >= 0.1 ? 1 : 2)
  if (unit === 'ms') return formatMs(value)
  if (unit === 'ratio') return formatRatio(value)
  return unit === 'count' ? formatCount(value) : String(Number(value.toPrecision(3)))
}

/** A value at the axis, as short as it can be. */
export function tickText(value: number, unit: Unit): string {
  if (value === 0 && unit !== 'share') return '0'
  if (unit !== 'ms') return valueText(value, unit)
  return value >= 1_000 ? `${Number((value / 1_000).toPrecision(3))} s` : `${Number(value.toPrecision(4))} ms`
}

/** A band in words: "0.8x to 1.4x"; an open edge says so. */
export function bandText(band: [number, number] | null | undefined, unit: Unit): string {
  if (!band) return 'no data'
  const [low, high] = band
  return `${valueText(low, unit)} to ${Number.isFinite(high) ? valueText(high, unit) : 'open'}`
}

const GAP = 2.5

/** Puts an empty point into every hole in time, so that a hole is drawn as a gap and not bridged. */
export function withGaps(spec: ChartSpec): ChartSpec {
  const steps = spec.at.slice(1).map((at, i) => at - (spec.at[i] ?? at))
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
  if (usual === 0 || steps.every((step) => step <= usual * GAP)) return spec
  const order = spec.at.flatMap((_, i) => ((steps[i - 1] ?? 0) > usual * GAP ? [-1, i] : [i]))
  return {
    ...spec,
    at: order.map((i, k) => (i >= 0 ? (spec.at[i] ?? 0) : (spec.at[order[k - 1] ?? 0] ?? 0) + usual)),
    series: spec.series.map((series) => ({
      ...series,
      values: order.map((i) => (i >= 0 ? (series.values[i] ?? null) : null)),
      ...(series.band ? { band: order.map((i) => (i >= 0 ? (series.band?.[i] ?? null) : null)) } : {}),
    })),
  }
}

/** The chart as a table of texts, first the time; what screen readers, the table view and the CSV share. */
export function columns(spec: ChartSpec): { label: string; cell: (index: number) => string; raw: (index: number) => string }[] {
  const time = {
    label: 'time',
    cell: (i: number) => clock(spec.at[i] ?? 0, true),
    raw: (i: number) => new Date(spec.at[i] ?? 0).toISOString(),
  }
  const rest = spec.series.flatMap((series) => {
    const value = {
      label: series.label,
      cell: (i: number) => valueText(series.values[i], spec.unit),
      raw: (i: number) => String(series.values[i] ?? ''),
    }
    if (!series.band) return [value]
    const edge = (which: 0 | 1, label: string) => ({
      label: `${series.label} ${label}`,
      cell: (i: number) => {
        const edgeValue = series.band?.[i]?.[which]
        return edgeValue === Number.POSITIVE_INFINITY ? 'open' : valueText(edgeValue, spec.unit)
      },
      raw: (i: number) => String(series.band?.[i]?.[which] ?? ''),
    })
    return [value, edge(0, 'from'), edge(1, 'to')]
  })
  return [time, ...rest]
}

/** "04:12:05" in the viewer's zone; with `zone`, "04:12:05 UTC". */
export function clock(at: number, zone = false): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(zone ? { timeZoneName: 'short' } : {}),
  }).format(at)
}
