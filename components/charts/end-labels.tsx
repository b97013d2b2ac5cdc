import { MARGIN, place, type Scale, spread } from './scale'
import { type ChartSpec, COLOURS, valueText } from './spec'

const LINE_PX = 13

/** The name of each line beside its end, and its last value; a swatch repeats the line's look. */
export function EndLabels({ spec, scale, height }: { spec: ChartSpec; scale: Scale; height: number }) {
  const plot = height - MARGIN.top - MARGIN.bottom
  const ends = spec.series.flatMap((series) => {
    const value = series.values.findLast((each) => each !== null)
    return value === undefined || value === null ? [] : [{ series, value }]
  })
  const ys = spread(
    ends.map(({ value }) => place(scale, value) * plot),
    LINE_PX,
    plot,
  )
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {ends.map(({ series, value }, i) => (
        <span
          key={series.key}
          className="absolute right-0 flex items-center gap-1 truncate text-xs leading-none"
          style={{ top: MARGIN.top + (ys[i] ?? 0) - LINE_PX / 2, width: MARGIN.right - 6 }}
          title={`${series.label} ${valueText(value, spec.unit)}`}
        >
          <span
            className="w-2.5 shrink-0 border-t-2"
            style={{ borderColor: COLOURS[series.tone], borderStyle: series.dashed ? 'dashed' : 'solid' }}
          />
          <span className="truncate">
            {series.label} {valueText(value, spec.unit)}
          </span>
        </span>
      ))}
    </div>
  )
}
