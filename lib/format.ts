/** Words for numbers, the same everywhere. Locale en, so that screens, API sentences and reports agree. */
const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** 3120 -> "3,120" */
export function formatCount(n: number): string {
  return integer.format(n)
}

/** Basis points -> "25 %", "0.5 %" */
export function formatWeight(basisPoints: number): string {
  return `${Number((basisPoints / 100).toFixed(2))} %`
}

/** A share 0..1 -> "2.31 %"; digits after the point, trailing zeros dropped. */
export function formatShare(share: number, digits = 2): string {
  return `${Number((share * 100).toFixed(digits))} %`
}

/** The last bucket of a latency sketch begins at 115 s: what stands there gave no answer in time, sooner as a rule. */
const TIMED_OUT_MS = 115_000

/** 412.3 -> "412 ms"; 9.84 -> "9.8 ms"; 12,400 -> "12.4 s"; a quantile among the timeouts -> "timed out" */
export function formatMs(ms: number): string {
  if (ms >= TIMED_OUT_MS) return 'timed out'
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(2)} ms`
}

/** Seconds -> "45 s", "3 min", "2.5 h", "3 d" */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Number((seconds / 3600).toFixed(1))} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** A ratio -> "1.4x" */
export function formatRatio(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : Number(ratio.toFixed(2))}x`
}

/** Bytes -> "223 kB" */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value >= 100 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`
}

/** A clause as a sentence begins: with a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Words one after another: "Ana, Ben and Cem", "Ana or Ben". */
export function listed(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** A digest's first 12 characters. */
export function formatDigest(digest: string): string {
  return digest.slice(0, 12)
}

/** "12 s ago", "in 3 min" */
export function formatAgo(at: Date | number, now: Date | number): string {
  const seconds = (Number(now) - Number(at)) / 1000
  return seconds >= 0 ? `${formatDuration(seconds)} ago` : `in ${formatDuration(-seconds)}`
}
