/** What a loop does each round; true when there may be more to do at once. */
export type Round = () => Promise<boolean>

export interface Loop {
  /** Looks again now instead of after the idle time. */
  wake(): void
  /** Ends after the running round. */
  stop(): Promise<void>
}

/** Between two looks when nothing wakes the loop; after an error twice as long each time up to the last. Milliseconds. */
const IDLE_MS = 500
const BACK_OFF_MAX_MS = 10_000

/** Runs rounds for ever, one at a time. A round that throws (no database, say) changes nothing: it is told to `onError` and tried again later. */
export function startLoop(round: Round, onError: (error: unknown) => void, idleMs = IDLE_MS): Loop {
  let stopped = false
  let woken = false
  let endPause: (() => void) | undefined
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async () => {
    let failures = 0
    while (!stopped) {
      woken = false
      let more = false
      try {
        more = await round()
        failures = 0
      } catch (error) {
        failures += 1
        onError(error)
      }
      if (stopped || woken || more) continue
      await pause(failures > 0 ? Math.min(BACK_OFF_MAX_MS, idleMs * 2 ** failures) : idleMs)
    }
  }
  const running = run()
  return {
    wake() {
      woken = true
      endPause?.()
    },
    async stop() {
      stopped = true
      endPause?.()
      await running
    },
  }
}
