import type { TakeoverView } from '@/lib/endpoints/takeover/schema'
import { capital } from '@/lib/format'

/** What happened to the route, in one sentence without its time; with why it cannot be answered here, where something stored cannot be read. */
export function takeoverSentence(takeover: TakeoverView): string {
  const unread = takeover.unreadable ? `${capital(takeover.unreadable)}.` : ''
  return [happened(takeover), unread].filter(Boolean).join(' ')
}

function happened({ kind, by, host, routed, clusters }: TakeoverView): string {
  const where = clusters.join(', ')
  const what =
    routed === null
      ? `the traffic is split, or goes to a version that is not registered here (${where})`
      : `v${routed} has all traffic on ${where}`
  switch (kind) {
    case null:
      return ''
    case 'rescue':
      return `Rescued by hand${by ? ` by ${by}` : ''}${host ? ` on ${host}` : ''}: ${what}.`
    case 'hand':
      return `Changed by hand on the cluster: ${what}.`
    case 'writer':
      return `Another writer changed the route: ${what}.`
    case 'older-database':
      return `Restored from a backup: the clusters may hold later states than this database. Now ${what}.`
  }
}
