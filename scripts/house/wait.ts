import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 200

/** What a rollout's house must show before a test or bench goes on. */
export interface Waiting {
  /** Names what is waited for in the error. */
  what: string
  seconds: number
}

/**
 * Asks again and again until the answer is not null, undefined or false, and resolves to it. An answer that throws (a process is being started again) counts as
 * none yet; its error is named when the time is over.
 */
export async function until<T>({ what, seconds }: Waiting, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const end = performance.now() + seconds * 1_000
  let last: unknown = 'nothing that was wanted was seen'
  while (performance.now() < end) {
    try {
      const seen = await look()
      if (seen !== null && seen !== undefined && seen !== false) return seen
    } catch (error) {
      last = error
    }
    await pause(LOOK_EVERY_MS)
  }
  throw new Error(`${what}: not within ${seconds} s (${last instanceof Error ? last.message : last})`, { cause: last })
}
