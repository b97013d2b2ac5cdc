import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { VersionStatus } from '@/lib/models/schema'

const WORDS: Record<VersionStatus, { word: string; tone: BadgeTone }> = {
  pending: { word: 'check run pending', tone: 'quiet' },
  ready: { word: 'ready', tone: 'pass' },
  failed: { word: 'check run failed', tone: 'warn' },
}

/** Where a version stands on its way to being launched. */
export function StatusBadge({ status }: { status: VersionStatus }) {
  const { word, tone } = WORDS[status]
  return <Badge tone={tone}>{word}</Badge>
}
