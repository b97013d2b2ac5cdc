import { ArmLabel } from '@/components/ui/arm-label'
import { formatCount, formatMs, formatShare, formatWeight } from '@/lib/format'
import type { MirrorView } from '@/lib/rollouts/view-schema'

/** The copies of live requests that next gets, as counted: beside the arms, and never one of them. */
export function Copies({ mirror, version }: { mirror: MirrorView; version: number | null }) {
  const { share, minutes, n, bad, dropped, p95 } = mirror
  const counted =
    n > 0 ? `${formatShare(bad / n)} bad, p95 ${p95 === null ? 'no data' : formatMs(p95)}, n ${formatCount(n)}` : 'none counted'
  return (
    <p
      className="grid gap-x-4 gap-y-1 border-shadow-arm border-t border-dashed pt-3 sm:grid-cols-[minmax(9rem,14rem)_minmax(0,1fr)]"
      data-testid="copies"
    >
      <ArmLabel arm="shadow" version={version} />
      <span>
        {share === null
          ? 'No more copies are sent.'
          : `Copies of ${formatWeight(share)} of live requests; nobody gets its answers to them.`}
        <span className="block text-muted text-sm tabular-nums">
          Last {minutes} min: {counted}
          {dropped > 0 ? `, ${formatCount(dropped)} dropped` : ''}. Never evidence.
        </span>
      </span>
    </p>
  )
}
