import { ending } from './ending'
import { type ChangeKey, listen } from './events'

type Listener = (key: ChangeKey) => void

interface Hub {
  listeners: Set<Listener>
  stop: () => Promise<void>
}
// Next reloads modules in development; one LISTEN connection serves all open pages of the process.
const held = globalThis as unknown as { slipwayHub?: Hub }

function subscribe(listener: Listener): () => void {
  if (!held.slipwayHub) {
    const listeners = new Set<Listener>()
    const stop = listen('slipway_changed', (key) => {
      for (const each of listeners) each(key as ChangeKey)
    })
    held.slipwayHub = { listeners, stop }
  }
  const hub = held.slipwayHub
  hub.listeners.add(listener)
  return () => {
    hub.listeners.delete(listener)
    if (hub.listeners.size > 0 || held.slipwayHub !== hub) return
    held.slipwayHub = undefined
    void hub.stop()
  }
}

/** How often a page hears that the line is alive, and how often it is asked whether its reader still may read. Milliseconds. */
const BEAT_MS = 2_000
const CHECK_MS = 30_000
/** Keys told within this time are told once. */
const GATHER_MS = 100

/** Who reads a stream. */
interface Reader {
  /** Asked every 30 s; false, or a throw, ends the stream. */
  stillMay: () => Promise<boolean>
  /** Whether the reader may know that this key changed. */
  hears: (key: ChangeKey) => Promise<boolean>
}

/**
 * An event stream of changed keys: `data: rollout:ID` for each, and `event: beat` every 2 s. It ends when the reader goes away or may no longer read, and
 * when the process is told to end.
 */
export function changeStream(gone: AbortSignal, { stillMay, hears }: Reader): Response {
  const signal = AbortSignal.any([gone, ending()])
  const encoder = new TextEncoder()
  let end: () => void = () => undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const keys = new Set<ChangeKey>()
      let ended = false
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const flush = async () => {
        const gathered = [...keys]
        keys.clear()
        for (const key of gathered) if ((await hears(key)) && !ended) send(`data: ${key}\n\n`)
      }
      const unsubscribe = subscribe((key) => {
        if (keys.size === 0) setTimeout(() => ended || void flush().catch(end), GATHER_MS)
        keys.add(key)
      })
      const beat = setInterval(() => send('event: beat\ndata:\n\n'), BEAT_MS)
      const check = setInterval(() => void stillMay().then((may) => may || end(), end), CHECK_MS)
      end = () => {
        if (ended) return
        ended = true
        clearInterval(beat)
        clearInterval(check)
        unsubscribe()
        signal.removeEventListener('abort', end)
        // After the reader has gone the stream is closed already.
        try {
          controller.close()
        } catch (error) {
          if (!(error instanceof TypeError)) throw error
        }
      }
      signal.addEventListener('abort', end)
      send('event: beat\ndata:\n\n')
      if (signal.aborted) end()
    },
    cancel: () => end(),
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      // A connection kept for more would hold up the end of the server.
      connection: 'close',
    },
  })
}
