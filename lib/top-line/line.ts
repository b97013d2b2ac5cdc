import { capital } from '@/lib/format'
import { RANGES, type Range } from '@/lib/monitoring/ranges'

/** What the top line of the console asks for: one environment, and a time: the last while (`range`), or `from` and `to`. What is left out is not asked. */
export interface TopLine {
  environment?: string | undefined
  range?: Range | undefined
  from?: string | undefined
  to?: string | undefined
}

/** The parameters of an address as Next gives them. */
export type Search = Record<string, string | string[] | undefined>

/** The parameters of an address, each once: of a repeated one the first counts, an empty one is not there. */
export function flat(search: Search): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(search).map(([key, value]) => [key, (Array.isArray(value) ? value[0] : value) || undefined]))
}

/** The parts of an address that are the top line's, as far as they can be read: what schema.ts refuses in words is left out here. */
export function lineOf(search: Search): TopLine {
  const { environment, range, from, to } = flat(search)
  const time = (text: string | undefined) => (text && !Number.isNaN(Date.parse(text)) ? text : undefined)
  return { environment, range: range && range in RANGES ? (range as Range) : undefined, from: time(from), to: time(to) }
}

/** The parameters of the top line and nothing else, in a fixed order, without the parts that a page does not use. */
export function topLineParams({ environment, range, from, to }: TopLine, uses: Uses): Record<string, string | undefined> {
  const time = uses.time === null ? {} : from || to ? { from, to } : { range }
  return { ...(uses.environment ? { environment: environment || undefined } : {}), ...time }
}

/** What a page takes from the top line. `time`: what it shows when the address asks for none; null: it has no time. */
interface Uses {
  environment: boolean
  time: Range | 'all' | null
}

const NOTHING: Uses = { environment: false, time: null }
const PAGES: [path: RegExp, uses: Uses][] = [
  [/^\/$/, { environment: true, time: '3h' }],
  [/^\/endpoints$/, { environment: true, time: null }],
  [/^\/endpoints\/[0-9a-f-]{36}$/, { environment: false, time: '30m' }],
  [/^\/monitoring$/, { environment: true, time: null }],
  [/^\/monitoring\/[0-9a-f-]{36}$/, { environment: false, time: '30m' }],
  [/^\/rollouts$/, { environment: true, time: 'all' }],
  [/^\/audit$/, { environment: true, time: 'all' }],
]

/** What the page at a path takes from the top line. */
export function usesOf(path: string): Uses {
  return PAGES.find(([pattern]) => pattern.test(path))?.[1] ?? NOTHING
}

/** "last 30 min", "all time". */
export function rangeWords(range: Range | 'all'): string {
  return range === 'all' ? 'all time' : `last ${range.replace('m', ' min').replace(/([hd])$/, ' $1')}`
}

/** The time that is shown, as a title: "Last 30 min", "From 2026-11-21 04:00 to now, UTC". */
export function lineWords({ range, from, to }: TopLine, own: Range | 'all'): string {
  if (!from && !to) return capital(rangeWords(range ?? own))
  const word = (iso: string | undefined, otherwise: string) =>
    iso ? new Date(iso).toISOString().slice(0, 16).replace('T', ' ') : otherwise
  return `From ${word(from, 'the beginning')} to ${word(to, 'now')}, UTC`
}
