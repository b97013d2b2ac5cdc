import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import type { BookEntry, BookVersion } from './book'

/** A choice, or in one sentence why there is none. */
export type Chosen<T> = { ok: true; value: T } | { ok: false; says: string }

export function nameOf({ environment, model }: { environment: string; model: string }): string {
  return `${environment}/${model}`
}

/** The endpoint that somebody means: its id, ENVIRONMENT/MODEL, or MODEL alone where only one environment has it. */
export function chooseEndpoint(entries: readonly BookEntry[], asked: string): Chosen<BookEntry> {
  if (entries.length === 0)
    return { ok: false, says: 'The rescue book of this data folder is empty: no engine has run here since an endpoint was made.' }
  const exact = entries.filter((entry) => entry.endpointId === asked || nameOf(entry) === asked)
  const found = exact.length > 0 ? exact : entries.filter((entry) => entry.model === asked)
  if (found.length === 1) return { ok: true, value: found[0] }
  const names = (found.length > 0 ? found : entries).map(nameOf).sort().join(', ')
  if (found.length > 1) return { ok: false, says: `"${asked}" is served in several environments. Name one of: ${names}.` }
  return { ok: false, says: `There is no endpoint "${asked}" in the rescue book. There are: ${names}.` }
}

/**
 * The version to return to. Asked for by number: one that was promoted here. Not asked: the live one while another has traffic (a rollout is under way),
 * else the one that was promoted before it.
 */
export function chooseVersion(entry: BookEntry, observed: readonly (ObservedEndpoint | null)[], asked: number | null): Chosen<BookVersion> {
  const { versions, liveVersionId } = entry
  const known = versions.map((version) => `v${version.number}`).join(', ') || 'none'
  if (asked !== null) {
    const version = versions.find((each) => each.number === asked)
    return version
      ? { ok: true, value: version }
      : { ok: false, says: `Version ${asked} was never promoted in ${nameOf(entry)}. A return may go to: ${known}.` }
  }
  const live = versions.find((version) => version.versionId === liveVersionId)
  const shared = [
    ...observed.flatMap((each) => each?.arms ?? []),
    // What no cluster says now, the last wish does.
    ...(observed.some((each) => each !== null) ? [] : entry.clusters.flatMap((cluster) => cluster.wish?.arms ?? [])),
  ].some((arm) => arm.weight > 0 && arm.versionId !== liveVersionId)
  const before = versions.find((version) => version.versionId !== liveVersionId)
  const version = shared && live ? live : before
  if (version) return { ok: true, value: version }
  return {
    ok: false,
    says: live
      ? `${nameOf(entry)} runs v${live.number} alone, and nothing was promoted there before it: there is no version to return to.`
      : `${nameOf(entry)} has no live version: there is nothing to return to.`,
  }
}
