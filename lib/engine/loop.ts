/** What a loop does each round; true when there may be more to do at once. */
export type Round = () => Promise<boolean>

export interface Loop {
  /** Looks again now instead of after the idle time. */
  wake(): void
  /** Ends after the running round. */
  stop(): Promise<void>
}

/**
 * Between two looks when nothing wakes the loop; after an error twice as long each time up to the last; and at least, however often it is woken, so that what is
 * asked for meanwhile is done together. Milliseconds.
 */
export const IDLE_MS = 500
const BACK_OFF_MAX_MS = 10_000
const APART_MS = 50

/** Runs rounds for ever, one at a time. A round that throws (no database, say) changes nothing: it is told to `onError` and tried again later. */
export function startLoop(round: Round, onError: (error: unknown) => void, idleMs = IDLE_MS): Loop {
  let stopped = false
  let woken = false
  let endPause: (() => void) | undefined
  let wakeable = false
  const pause = (ms: number, untilWoken: boolean) =>
    new Promise<void>((resolve) => {
      wakeable = untilWoken
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async () => {
    let failures = 0
    while (!stopped) {
      const since = performance.now()
      woken = false
      let more = false
      try {
        more = await round()
        failures = 0
      } catch (error) {
        failures += 1
        onError(error)
      }
      if (stopped || more) continue
      if (!woken) await pause(failures > 0 ? Math.min(BACK_OFF_MAX_MS, idleMs * 2 ** failures) : idleMs, true)
      if (woken) await pause(Math.ceil(since + APART_MS - performance.now()), false)
    }
  }
  const running = run()
  return {
    wake() {
      woken = true
      if (wakeable) endPause?.()
    },
    async stop() {
      stopped = true
      endPause?.()
      await running
    },
  }
}
