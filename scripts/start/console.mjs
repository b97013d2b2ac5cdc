import { StartError } from './settings.mjs'

const began = performance.now()

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

/** A line for the person at the terminal. */
export function say(line) {
  console.log(line)
}

// A stage that takes longer is announced, so that nobody looks at silence.
const ANNOUNCE_AFTER_MS = 1_000

/** Says what a stage does, does it, and says how long it took (and, when `work` resolves to text, what came of it). */
export async function stage(title, work) {
  const since = performance.now()
  const announce = setTimeout(() => say(`  ${title} ...`), ANNOUNCE_AFTER_MS)
  try {
    const outcome = await work()
    const detail = typeof outcome === 'string' ? `: ${outcome}` : outcome === false ? ': nothing to do' : ''
    say(`  ${title}${detail} (${seconds(since)})`)
    return outcome
  } finally {
    clearTimeout(announce)
  }
}

export function sinceStart() {
  return seconds(began)
}

const DISK = /ENOSPC|No space left on device/i

/** What went wrong, for a person: our own messages as they are, known troubles in plain words, the rest in full. */
export function explain(error) {
  const text = error instanceof StartError ? error.message : [error.message, error.cause?.message].filter(Boolean).join('\n')
  if (DISK.test(text)) return `The disk is full. Free some space and start again; nothing that was stored is lost.\n${text}`
  if (/EACCES|EPERM/.test(error.code ?? '')) return `No permission: ${text}`
  return text || String(error)
}
