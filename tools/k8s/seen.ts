import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** Asks again and again, every 50 ms, until the answer is neither null, undefined nor false; an answer that throws counts as none yet. */
export async function seen<T>(what: string, seconds: number, look: () => Promise<T | null | undefined | false>): Promise<T> {
  let last: unknown = 'nothing that was wanted was seen'
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await pause(LOOK_EVERY_MS)) {
    try {
      const answer = await look()
      if (answer !== null && answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
  }
  throw new Error(`${what}: not within ${seconds} s (${last instanceof Error ? last.message : last})`, { cause: last })
}
