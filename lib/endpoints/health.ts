import { formatDuration, formatShare } from '@/lib/format'
import { countedShare } from '@/lib/rollouts/share'
import type { EndpointHealth } from './view-schema'

/** Certainly more bad requests than this (lower end of the 95 % interval) harm users now. */
const HARM_SHARE = 0.02
const SILENT_MS = 10_000

interface HealthParts {
  /** The live version's number; null: none. */
  live: number | null
  /** Per cluster: when it was seen (ms), and the live version's replicas there. */
  places: { cluster: string; seenAt: number | null; ready: number; wanted: number }[]
  /** How what was counted contradicts the weights; null: it does not, as far as is known. */
  misrouted: string | null
  /** What was counted lately, and why its latencies cannot be read; null: nothing was. */
  recent: { requests: number; bad: number; unreadable: string | null } | null
  /** Why a document that is stored of it cannot be read; null: all can. */
  unreadable: string | null
  /** Postgres time, ms. */
  now: number
}

/** How an endpoint is, worst first, and why in words. Not seen is not known, whatever was seen before. Pure. */
export function healthOf({ live, places, misrouted, recent, unreadable, now }: HealthParts): { health: EndpointHealth; says: string } {
  if (live === null) return { health: 'unknown', says: 'no version is live: requests get 503' }
  const dead = places.find((place) => place.seenAt !== null && now - place.seenAt <= SILENT_MS && place.wanted > 0 && place.ready === 0)
  if (dead) return { health: 'harmed', says: `no replica of v${live} is ready on ${dead.cluster}` }
  const bad = recent ? countedShare(recent.bad, recent.requests) : null
  if (bad && bad.low > HARM_SHARE) return { health: 'harmed', says: `${formatShare(bad.share, 1)} of requests were bad in the last 5 min` }
  if (misrouted) return { health: 'misrouted', says: misrouted }
  const silent = places.find((place) => place.seenAt === null || now - place.seenAt > SILENT_MS)
  const ready = places.reduce((sum, place) => sum + Math.min(place.ready, place.wanted), 0)
  const wanted = places.reduce((sum, place) => sum + place.wanted, 0)
  const replicas = `${ready} of ${wanted} ${wanted === 1 ? 'replica' : 'replicas'} ready`
  const latencies = recent?.unreadable ?? null
  // What is known and worse comes first, and hides nothing.
  if (!silent && ready < wanted) return { health: 'unready', says: sentence(replicas, unreadable ?? latencies) }
  if (unreadable) return { health: 'unknown', says: unreadable }
  if (silent) return { health: 'unknown', says: sentence(silentFor(silent, now), latencies) }
  if (latencies) return { health: 'unknown', says: latencies }
  return { health: wanted > 0 ? 'ok' : 'unready', says: replicas }
}

function silentFor({ cluster, seenAt }: HealthParts['places'][number], now: number): string {
  return seenAt === null ? `${cluster} was never seen` : `${cluster} silent for ${formatDuration((now - seenAt) / 1000)}`
}

function sentence(first: string, second: string | null): string {
  return second ? `${first}; ${second}` : first
}
