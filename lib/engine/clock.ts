import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'

/** Where the engine's time comes from, ms since epoch: Postgres in production, a hand clock in tests. */
export interface EngineClock {
  now(): Promise<number>
}

export const postgresClock: EngineClock = { now: async () => (await databaseNow(db())).getTime() }

/** Resolves as `work` does, or to `late()` after `ms`, with the signal it was given aborted: a driver that ignores its signal cannot hold a turn. */
export async function bounded<T>(ms: number, work: (signal: AbortSignal) => Promise<T>, late: () => T): Promise<T> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      controller.abort()
      resolve(late())
    }, ms)
  })
  try {
    return await Promise.race([work(controller.signal), limit])
  } finally {
    clearTimeout(timer)
  }
}
