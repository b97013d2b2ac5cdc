import { bandText, type ChartSpec, clock, valueText } from './spec'

/** What the chart says at one point, as one sentence: for the eye above the chart, and for screen readers as the slider's value. */
export function readoutText(spec: ChartSpec, index: number): string {
  const at = spec.at[index]
  if (at === undefined) return 'no data'
  const parts = spec.series.map((series) => {
    const band = series.band?.[index]
    return `${series.label} ${valueText(series.values[index], spec.unit)}${band ? ` (${bandText(band, spec.unit)})` : ''}`
  })
  return `${clock(at, true)}: ${parts.join(', ')}`
}

/** The values at the crosshair; without one the place stays empty, so that nothing jumps. */
export function Readout({ spec, index, pointed }: { spec: ChartSpec; index: number; pointed: boolean }) {
  const at = spec.at[index]
  const marks = spec.marks.filter((mark) => at !== undefined && nearMark(spec, mark.at, at))
  return (
    <p aria-hidden className="min-h-5 min-w-0 text-muted text-sm tabular-nums">
      {pointed ? readoutText(spec, index) : ''}
      {pointed && marks.length > 0 ? <span className="text-foreground"> · {marks.map((mark) => mark.text).join(' · ')}</span> : null}
    </p>
  )
}

const MARK_SHARE = 0.012

function nearMark(spec: ChartSpec, mark: number, at: number): boolean {
  const span = (spec.to ?? spec.at.at(-1) ?? 0) - (spec.from ?? spec.at[0] ?? 0)
  return Math.abs(mark - at) <= span * MARK_SHARE
}
