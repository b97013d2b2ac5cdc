import type { ReactNode } from 'react'
import { Card, CardBody } from '@/components/ui/card'
import { formatCount, formatShare } from '@/lib/format'
import type { Profile, VersionDetail } from '@/lib/versions/schema'

/** The reference profile: one small histogram per feature and for the score. `action` offers to send one where there is none. */
export function BaselineCard({ baseline, action }: { baseline: VersionDetail['baseline']; action: ReactNode }) {
  if (!baseline)
    return (
      <Card title="Baseline">
        <CardBody className="grid justify-items-start gap-3">
          <p className="max-w-prose text-muted">
            None: drift cannot be shown, and the check run used made-up rows. Send a CSV or JSON lines of training data, with the features
            in the order of the input and, if you have it, a column named label.
          </p>
          {action}
        </CardBody>
      </Card>
    )
  return (
    <Card title="Baseline" note={`Made from ${formatCount(baseline.n)} rows. Live traffic is compared with it for drift.`}>
      <CardBody className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {baseline.score ? <Histogram profile={baseline.score} name="score" /> : null}
        {baseline.features.map((feature) => (
          <Histogram key={feature.name} profile={feature} name={feature.name} />
        ))}
      </CardBody>
    </Card>
  )
}

function Histogram({ profile, name }: { profile: Profile; name: string }) {
  const [missing = 0, ...bins] = profile.counts
  const total = profile.counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(1, ...bins)
  const bars = bins.map((count, bin) => ({ count, range: rangeOf(profile.edges, bin) }))
  const spoken = bars.map((bar) => `${bar.range}: ${formatShare(bar.count / Math.max(1, total), 1)}`).join('; ')
  return (
    <figure className="grid min-w-0 gap-1">
      <figcaption className="flex min-w-0 items-baseline justify-between gap-2">
        <span className="truncate font-medium text-sm" title={name}>
          {name}
        </span>
        <span className="whitespace-nowrap text-muted text-xs">{missing > 0 ? `${formatShare(missing / total, 1)} missing` : ''}</span>
      </figcaption>
      <div role="img" aria-label={`${name}. ${spoken}`} className="flex h-12 items-end gap-px border-b">
        {bars.map((bar) => (
          <span
            key={bar.range}
            title={`${bar.range}: ${formatCount(bar.count)}`}
            className="min-h-px grow rounded-t-xs bg-stable/70"
            style={{ height: `${(100 * bar.count) / most}%` }}
          />
        ))}
      </div>
      <span className="flex justify-between text-muted text-xs tabular-nums">
        <span>{profile.edges.length > 0 ? `up to ${short(profile.edges[0])}` : 'one value'}</span>
        <span>{profile.edges.length > 0 ? `above ${short(profile.edges.at(-1))}` : ''}</span>
      </span>
    </figure>
  )
}

/** "up to 3", "3 to 5", "above 5". */
function rangeOf(edges: number[], bin: number): string {
  if (edges.length === 0) return 'all'
  if (bin === 0) return `up to ${short(edges[0])}`
  return bin === edges.length ? `above ${short(edges.at(-1))}` : `${short(edges[bin - 1])} to ${short(edges[bin])}`
}

function short(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(4)))
}
