import type { ChartSpec } from './spec'

/** Space around the plot in px; labels stand in the right one. */
export const MARGIN = { top: 8, right: 108, bottom: 22, left: 52 }

export interface Scale {
  min: number
  max: number
  log: boolean
  ticks: number[]
}

const LOG_LOW = 0.02
const LOG_HIGH = 50
const LOG_TICKS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50]

/** The value axis of a chart: zero-based, fitted, or logarithmic within 0.02 to 50. */
export function scaleOf(spec: ChartSpec): Scale {
  const values = spec.series.flatMap((series) => [...series.values, ...(series.band ?? []).flatMap((band) => band ?? [])])
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value))
  return spec.scale === 'log' ? logScale(known) : linearScale(known, spec)
}

function logScale(known: number[]): Scale {
  const positive = known.filter((value) => value > 0)
  const low = Math.max(LOG_LOW, Math.min(0.5, ...positive))
  const high = Math.min(LOG_HIGH, Math.max(2, ...positive))
  const min = LOG_TICKS.findLast((tick) => tick <= low) ?? LOG_LOW
  const max = LOG_TICKS.find((tick) => tick >= high) ?? LOG_HIGH
  return { min, max, log: true, ticks: LOG_TICKS.filter((tick) => tick >= min && tick <= max) }
}

function linearScale(known: number[], spec: ChartSpec): Scale {
  const top = known.length > 0 ? Math.max(...known) : 1
  const bottom = spec.scale === 'zero' || known.length === 0 ? 0 : Math.min(...known)
  const step = niceStep((top - bottom || Math.abs(top) || 1) / 4)
  const min = Math.floor(bottom / step) * step
  const ceiling = Math.ceil((top + step * 0.05) / step) * step
  const max = spec.unit === 'share' && top <= 1 ? Math.min(1, ceiling) : ceiling
  const ticks = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) => Number((min + i * step).toPrecision(10)))
  return { min, max, log: false, ticks: ticks.filter((tick) => tick <= max * (1 + 1e-9)) }
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough) ?? 10
  return factor * power
}

/** A value as a share of the plot's height from its top, kept within it. */
export function place(scale: Scale, value: number): number {
  const clamped = Math.min(scale.max, Math.max(scale.min, value))
  const share = scale.log
    ? Math.log(clamped / scale.min) / Math.log(scale.max / scale.min)
    : (clamped - scale.min) / (scale.max - scale.min)
  return 1 - share
}

const STEPS_S = [10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800, 604_800]

/** Round times within a span, at most about `wanted` of them. */
export function timeTicks(from: number, to: number, wanted: number): number[] {
  const step = (STEPS_S.find((each) => (to - from) / 1000 / each <= wanted) ?? 604_800) * 1000
  const first = Math.ceil(from / step) * step
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step)
}

/** Moves labels that would cover each other apart by `gap` px, keeping their order and the plot's bounds. */
export function spread(wanted: number[], gap: number, height: number): number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  let last = -gap
  for (const each of order) {
    each.y = Math.max(each.y, last + gap)
    last = each.y
  }
  let next = height
  for (const each of order.reverse()) {
    each.y = Math.min(each.y, next)
    next = each.y - gap
  }
  const placed: number[] = []
  for (const each of order) placed[each.i] = each.y
  return placed
}
