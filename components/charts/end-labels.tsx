import { MARGIN, place, type Scale, spread } from './scale'
import { type ChartSpec, COLOURS, valueText } from './spec'

const LINE_PX = 13
/** The newest points come a little late: as many missing are no silence yet. */
const STALE_POINTS = 4

/** The name of each line beside its end, and its last value; a swatch repeats the line's look. */
export function EndLabels({ spec, scale, height }: { spec: ChartSpec; scale: Scale; height: number }) {
  const plot = height - MARGIN.top - MARGIN.bottom
  const ends = spec.series.flatMap((series) => {
    const index = series.values.findLastIndex((each) => each !== null)
    const value = series.values[index]
    // What ended a while ago is not what is now: the label then says so instead of an old number.
    const stale = series.values.length - 1 - index > STALE_POINTS
    return value === undefined || value === null
      ? []
      : [{ series, value, text: `${series.label} ${stale ? 'no data' : valueText(value, spec.unit)}` }]
  })
  const ys = spread(
    ends.map(({ value }) => place(scale, value) * plot),
    LINE_PX,
    plot,
  )
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {ends.map(({ series, text }, i) => (
        <span
          key={series.key}
          className="absolute right-0 flex items-center gap-1 truncate text-xs leading-none"
          style={{ top: MARGIN.top + (ys[i] ?? 0) - LINE_PX / 2, width: MARGIN.right - 6 }}
          title={text}
        >
          <span
            className="w-2.5 shrink-0 border-t-2"
            style={{ borderColor: COLOURS[series.tone], borderStyle: series.dashed ? 'dashed' : 'solid' }}
          />
          <span className="truncate">{text}</span>
        </span>
      ))}
    </div>
  )
}
