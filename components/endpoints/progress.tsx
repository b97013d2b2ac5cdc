import { Check, Circle } from 'lucide-react'
import { Banner } from '@/components/ui/banner'
import { cn } from '@/components/ui/cn'
import { RelativeTime } from '@/components/ui/relative-time'
import type { PlacedView } from '@/lib/endpoints/view-schema'

interface ProgressProps {
  clusters: PlacedView[]
  retiredAt: string | null
}

/** How far the last change of an endpoint has come: wished, written on its clusters, and ready (or gone). */
export function Progress({ clusters, retiredAt }: ProgressProps) {
  const wished = clusters.flatMap((place) => place.wishedAt ?? []).sort()
  const last = wished.at(-1)
  if (!last) return null
  const written = clusters.filter((place) => place.acknowledgedGeneration === place.generation)
  const missing = clusters.filter((place) => place.acknowledgedGeneration !== place.generation).map((place) => place.cluster)
  const arms = clusters.flatMap((place) => place.arms)
  const wanted = arms.reduce((sum, arm) => sum + arm.wanted, 0)
  const ready = arms.reduce((sum, arm) => sum + Math.min(arm.ready, arm.wanted), 0)
  return (
    <>
      {retiredAt ? (
        <Banner tone="info">
          Retired <RelativeTime at={retiredAt} />
          {missing.length > 0 ? `: ${missing.join(', ')} may still serve it.` : ': no cluster serves it.'} A launch serves it again.
        </Banner>
      ) : null}
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className="text-muted">Last change:</span>
        <Tick done>
          wished <RelativeTime at={last} className="text-muted" />
        </Tick>
        <Tick done={missing.length === 0}>
          written on {written.length} of {clusters.length} {clusters.length === 1 ? 'cluster' : 'clusters'}
          {missing.length > 0 ? `, not yet on ${missing.join(', ')}` : ''}
        </Tick>
        {retiredAt ? null : (
          <Tick done={ready === wanted}>
            {ready} of {wanted} {wanted === 1 ? 'replica' : 'replicas'} ready
          </Tick>
        )}
      </p>
    </>
  )
}

function Tick({ done, children }: { done: boolean; children: React.ReactNode }) {
  const Icon = done ? Check : Circle
  return (
    <span className={cn('inline-flex flex-wrap items-center gap-1', done ? '' : 'text-muted')}>
      <Icon className={cn('size-3.5', done ? 'text-pass' : '')} aria-label={done ? 'done:' : 'not yet:'} />
      {children}
    </span>
  )
}
