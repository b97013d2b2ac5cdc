'use client'

import { Badge } from '@/components/ui/badge'
import { useNow } from '@/components/ui/now'

const SILENT_MS = 10_000

/** Says that a cluster is silent, so that nobody reads its last words as what is now. */
export function Silent({ seenAt }: { seenAt: string | null }) {
  const now = useNow()
  if (seenAt !== null && now - Date.parse(seenAt) <= SILENT_MS) return null
  return <Badge tone="warn">silent: this is what it last said</Badge>
}
