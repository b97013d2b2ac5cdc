import { COLOURS, type Tone } from '@/components/charts/spec'
import { formatShare } from '@/lib/format'
import type { DriftRow } from '@/lib/monitoring/schema'

const HEIGHT = 96

/** Shares per bin, baseline beside live, on the baseline's edges. */
export function Histogram({ row, tone }: { row: DriftRow; tone: Tone }) {
  const bins = binsOf(row)
  const top = Math.max(...bins.flatMap((bin) => [bin.baseline, bin.live]), 0.01)
  const bar = (share: number) => ({ height: Math.max(share > 0 ? 1 : 0, (share / top) * HEIGHT) })
  return (
    <div>
      <div role="img" aria-label={sentence(row, bins)} className="flex items-end gap-1 border-b" style={{ height: HEIGHT }}>
        {bins.map((bin) => (
          <div
            key={bin.name}
            className="flex min-w-0 flex-1 items-end gap-px"
            title={`${bin.name}: baseline ${formatShare(bin.baseline, 1)}, now ${formatShare(bin.live, 1)}`}
          >
            <div className="flex-1 border border-muted border-b-0 bg-sunken" style={bar(bin.baseline)} />
            <div className="flex-1" style={{ ...bar(bin.live), background: COLOURS[tone] }} />
          </div>
        ))}
      </div>
      <p className="flex justify-between gap-2 text-muted text-xs tabular-nums">
        <span>{bins[0]?.name}</span>
        <span>{bins.at(-1)?.name}</span>
      </p>
    </div>
  )
}

/** The bins in words, for the table: bin i holds what is above its lower edge up to and with its upper one. */
export function binsOf({ edges, baseline, live, n, baselineN }: DriftRow): { name: string; baseline: number; live: number }[] {
  const names = ['missing', ...Array.from({ length: edges.length + 1 }, (_, i) => binName(edges, i))]
  const bins = names.map((name, i) => ({
    name,
    baseline: baselineN > 0 ? (baseline[i] ?? 0) / baselineN : 0,
    live: n > 0 ? (live[i] ?? 0) / n : 0,
  }))
  return bins[0] && bins[0].baseline + bins[0].live === 0 ? bins.slice(1) : bins
}

function binName(edges: number[], i: number): string {
  const [low, high] = [edges[i - 1], edges[i]]
  if (low === undefined) return high === undefined ? 'all values' : `to ${short(high)}`
  return high === undefined ? `above ${short(low)}` : `${short(low)} to ${short(high)}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function sentence(row: DriftRow, bins: ReturnType<typeof binsOf>): string {
  const widest = bins.reduce((most, bin) => (Math.abs(bin.live - bin.baseline) > Math.abs(most.live - most.baseline) ? bin : most))
  return `${row.feature} of v${row.number}, share per bin against its baseline; the largest change is in "${widest.name}": ${formatShare(widest.baseline, 1)} then, ${formatShare(widest.live, 1)} now.`
}
