'use client'

import { Banner } from '@/components/ui/banner'
import { useNow } from '@/components/ui/now'
import { formatAgo } from '@/lib/format'
import { useStreamState } from './live'

/** Says within five seconds that the page no longer hears of changes, and how old it is. */
export function LiveBanner() {
  const state = useStreamState()
  const now = useNow()
  if (state.kind !== 'lost') return null
  return (
    <div className="mb-4">
      <Banner>
        Connection lost: what you see was last updated {formatAgo(state.since, Math.max(now, state.since))}. Trying again by itself.
      </Banner>
    </div>
  )
}
