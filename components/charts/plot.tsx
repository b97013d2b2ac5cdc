'use client'

import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { MARGIN, type Scale, timeTicks } from './scale'
import { type ChartSeries, type ChartSpec, COLOURS, clock, tickText } from './spec'

interface PlotProps {
  spec: ChartSpec
  scale: Scale
  from: number
  to: number
  height: number
  cursor: number | null
}

const DAY_MS = 86_400_000

/** Draws a chart; everything that one reads or presses stands around it, in chart.tsx. Loaded only when a chart is near the screen. */
export default function Plot({ spec, scale, from, to, height, cursor }: PlotProps) {
  const rows = rowsOf(spec, scale)
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
  const tick = (at: number) => (to - from > 2 * DAY_MS ? day.format(at) : clock(at).slice(0, to - from < 600_000 ? 8 : 5))
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart data={rows} margin={{ ...MARGIN, left: 0, bottom: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--border)" vertical={false} />
        <XAxis
          dataKey="at"
          type="number"
          domain={[from, to]}
          allowDataOverflow
          ticks={timeTicks(from, to, 5)}
          tickFormatter={tick}
          height={MARGIN.bottom}
          tick={{ fill: 'var(--muted)', fontSize: 12 }}
          stroke="var(--border)"
          interval="preserveStartEnd"
        />
        <YAxis
          type="number"
          scale={scale.log ? 'log' : 'linear'}
          domain={[scale.min, scale.max]}
          allowDataOverflow
          ticks={scale.ticks}
          tickFormatter={(value: number) => tickText(value, spec.unit)}
          width={MARGIN.left}
          tick={{ fill: 'var(--muted)', fontSize: 12 }}
          axisLine={false}
          tickLine={false}
          interval={0}
        />
        {scale.log ? <ReferenceLine y={1} stroke="var(--foreground)" strokeWidth={1} strokeOpacity={0.6} /> : null}
        {spec.series.map((series) => (series.band ? <Band key={`${series.key}-band`} series={series} /> : null))}
        {spec.series.map(drawn)}
        {spec.marks.map((mark) => (
          <ReferenceLine key={`${mark.at}-${mark.text}`} x={mark.at} stroke="var(--muted)" strokeDasharray="1 3" />
        ))}
        {cursor === null ? null : <ReferenceLine x={cursor} stroke="var(--foreground)" />}
      </ComposedChart>
    </ResponsiveContainer>
  )
}

function Band({ series }: { series: ChartSeries }) {
  return (
    <Area
      dataKey={`${series.key}-band`}
      stroke="none"
      fill={COLOURS[series.tone]}
      fillOpacity={0.2}
      type="linear"
      isAnimationActive={false}
      activeDot={false}
    />
  )
}

function drawn(series: ChartSeries) {
  const colour = COLOURS[series.tone]
  const shared = { dataKey: series.key, stroke: colour, isAnimationActive: false, activeDot: false, connectNulls: false } as const
  if (series.shape === 'area') return <Area key={series.key} {...shared} type="linear" fill={colour} fillOpacity={0.35} strokeWidth={1.5} />
  const dash = series.dashed ? { strokeDasharray: '5 4' } : {}
  return (
    <Line
      key={series.key}
      {...shared}
      {...dash}
      type={series.shape === 'step' ? 'stepAfter' : 'linear'}
      strokeWidth={1.75}
      dot={series.dashed ? false : <LonelyDot series={series} />}
    />
  )
}

// A point between two gaps has no line to either side: only a dot shows it. recharts adds the place and the index.
function LonelyDot({ series, cx, cy, index }: { series: ChartSeries; cx?: number; cy?: number; index?: number }) {
  const alone = index !== undefined && series.values[index - 1] == null && series.values[index + 1] == null
  return alone && series.values[index] != null ? <circle cx={cx} cy={cy} r={2.5} fill={COLOURS[series.tone]} /> : null
}

type Row = Record<string, number | null | [number, number]>

function rowsOf(spec: ChartSpec, scale: Scale): Row[] {
  const clamp = (value: number) => Math.min(scale.max, Math.max(scale.min, value))
  return spec.at.map((at, i) => {
    const row: Row = { at }
    for (const series of spec.series) {
      const value = series.values[i] ?? null
      row[series.key] = value === null ? null : clamp(value)
      const band = series.band?.[i]
      if (series.band) row[`${series.key}-band`] = band ? [clamp(band[0]), clamp(band[1])] : null
    }
    return row
  })
}
