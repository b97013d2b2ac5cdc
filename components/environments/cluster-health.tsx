'use client'

import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { useNow } from '@/components/ui/now'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ClusterRow } from '@/lib/clusters/schema'

/** Without a sign of life for longer than this, what was last heard says little. Milliseconds. */
const SILENT_AFTER = 30_000

/** A cluster's health as observed, and when: what was heard last is never shown as the present. */
export function ClusterHealth({ cluster }: { cluster: Pick<ClusterRow, 'health' | 'seenAt'> }) {
  const now = useNow()
  const { health, seenAt } = cluster
  const refused = health && !health.ok && (!seenAt || health.at > seenAt)
  const silent = seenAt !== null && now - new Date(seenAt).getTime() > SILENT_AFTER
  const state = refused ? 'unreachable' : seenAt === null ? 'never seen' : silent ? 'silent' : 'answers'
  const Icon = state === 'answers' ? CircleCheck : state === 'unreachable' ? CircleX : CircleDashed
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 align-top">
      <span
        className={cn(
          'inline-flex items-center gap-1 whitespace-nowrap font-medium',
          state === 'answers' && 'text-pass',
          state === 'unreachable' && 'text-warn',
          (state === 'silent' || state === 'never seen') && 'text-muted',
        )}
      >
        <Icon className="size-4" aria-hidden />
        {state}
      </span>
      {seenAt ? (
        <span className="text-muted text-sm">
          seen <RelativeTime at={seenAt} />
        </span>
      ) : null}
      {refused && health ? (
        <span className="min-w-0 break-words text-muted text-sm">
          {health.text} <RelativeTime at={health.at} />
        </span>
      ) : null}
    </span>
  )
}
