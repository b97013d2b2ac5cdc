'use client'

import { Banner } from '@/components/ui/banner'
import { useNow } from '@/components/ui/now'
import { formatDuration } from '@/lib/format'

const SILENT_MS = 10_000

interface SilenceProps {
  engineSeenAt: string | null
  clusters: { cluster: string; seenAt: string | null }[]
}

/** Past ten seconds without engine or cluster: what is stored does not move, and the page says so. */
export function Silence({ engineSeenAt, clusters }: SilenceProps) {
  const now = useNow()
  const silent = (at: string | null) => at === null || now - Date.parse(at) > SILENT_MS
  const since = (at: string | null) => (at === null ? 'was never seen' : `silent for ${formatDuration((now - Date.parse(at)) / 1000)}`)
  if (silent(engineSeenAt))
    return (
      <Banner>
        <strong className="font-semibold">Stored, not moving:</strong> engine {since(engineSeenAt)}. Clusters go on routing by their last
        weights; what you click is kept and done when the engine is back.
      </Banner>
    )
  const lost = clusters.filter((each) => silent(each.seenAt))
  if (lost.length === 0) return null
  return (
    <Banner>
      {lost.map((each) => (
        <p key={each.cluster}>
          <strong className="font-semibold">{each.cluster}</strong> {since(each.seenAt)}: it goes on routing by its last weights, and what
          it serves is not known here.
        </p>
      ))}
    </Banner>
  )
}
