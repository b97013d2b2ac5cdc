import { formatWeight, listed } from '@/lib/format'
import type { WasLiveRow } from './schema'

/** "v3 since 2026-11-12 04:12 UTC, by a canary that Ana launched and Ben approved; promoted by the engine, on evidence." Pure. */
export function wasLiveSentence(row: Omit<WasLiveRow, 'sentence'>): string {
  return [liveSentence(row), underWaySentence(row.underWay), sentBackSentence(row.sentBack)].filter((text) => text !== null).join(' ')
}

function liveSentence(row: Omit<WasLiveRow, 'sentence'>): string {
  if (row.retired) return `Nothing was live since ${row.retired.by} retired it ${minute(row.retired.at)}.`
  if (row.since === null) return 'Nothing was promoted here on record before.'
  const what = row.version === null ? 'No version' : `v${row.version}`
  const since = `since ${minute(row.since)}`
  if (row.strategy === 'return') return `${what} ${since}: ${row.launchedBy} returned to it.`
  const approved = row.approvedBy.length > 0 ? ` and ${listed(row.approvedBy)} approved` : ''
  return `${what} ${since}, by a rollout (${row.strategy}) that ${row.launchedBy} launched${approved}; promoted by ${row.promotedBy}.`
}

function underWaySentence(row: WasLiveRow['underWay']): string | null {
  if (!row) return null
  const version = row.version === null ? 'no version' : `v${row.version}`
  const shares = row.weights.filter((each) => each.weight > 0).map((each) => `${formatWeight(each.weight)} on ${each.cluster}`)
  return `A rollout to ${version}, launched by ${row.launchedBy}, was under way: ${shares.length > 0 ? shares.join(', ') : 'no traffic yet'}.`
}

function sentBackSentence(row: WasLiveRow['sentBack']): string | null {
  if (!row) return null
  return `${row.version === null ? 'A candidate' : `v${row.version}`} had been sent back ${minute(row.at)} by ${row.by}.`
}

function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
}
