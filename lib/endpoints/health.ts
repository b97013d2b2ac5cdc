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
  recent: { requests: number; bad: number } | null
  /** Postgres time, ms. */
  now: number
}

/** How an endpoint is, worst first, and why in words. Not seen is not known, whatever was seen before. Pure. */
export function healthOf({ live, places, recent, now }: HealthParts): { health: EndpointHealth; says: string } {
  if (live === null) return { health: 'unknown', says: 'no version is live: requests get 503' }
  const dead = places.find((place) => place.seenAt !== null && now - place.seenAt <= SILENT_MS && place.wanted > 0 && place.ready === 0)
  if (dead) return { health: 'harmed', says: `no replica of v${live} is ready on ${dead.cluster}` }
  const bad = recent ? countedShare(recent.bad, recent.requests) : null
  if (bad && bad.low > HARM_SHARE) return { health: 'harmed', says: `${formatShare(bad.share, 1)} of requests were bad in the last 5 min` }
  const silent = places.find((place) => place.seenAt === null || now - place.seenAt > SILENT_MS)
  if (silent)
    return {
      health: 'unknown',
      says:
        silent.seenAt === null
          ? `${silent.cluster} was never seen`
          : `${silent.cluster} silent for ${formatDuration((now - silent.seenAt) / 1000)}`,
    }
  const ready = places.reduce((sum, place) => sum + Math.min(place.ready, place.wanted), 0)
  const wanted = places.reduce((sum, place) => sum + place.wanted, 0)
  const says = `${ready} of ${wanted} ${wanted === 1 ? 'replica' : 'replicas'} ready`
  return { health: wanted > 0 && ready >= wanted ? 'ok' : 'unready', says }
}
