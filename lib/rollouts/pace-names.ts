import type { Pace } from './schema'

/** What the numbers of a pace are called where people read of them: in seconds, but for the requests. */
export const PACE_NAMES: Record<Exclude<keyof Pace, 'holdEnd' | 'waveFail'>, string> = {
  burnIn: 'Burn-in',
  minDwell: 'Shortest time at a step',
  minRequests: 'Fewest requests at a step',
  maxDwell: 'Longest time at a step',
  soak: 'Soak of each cluster but the last',
  noDataAfter: 'No data after',
  holdMax: 'Longest hold',
  watch: 'Watch after promotion',
  warmth: 'Old version kept warm',
}
