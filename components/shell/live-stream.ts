import type { ChangeKey } from '@/lib/events'

export type StreamState = { kind: 'connecting' } | { kind: 'open' } | { kind: 'lost'; since: number }

interface StreamHandlers {
  onKey: (key: ChangeKey) => void
  onState: (state: StreamState) => void
}

const SILENT_MS = 5_000
const RETRY_MS = 2_000
const WATCH_MS = 1_000

/**
 * One event stream for the page. Messages: default events carry a changed key, `beat` events (every 2 s) only say that the line is alive.
 * Silent for 5 s, or broken: lost, and a new connection every 2 s. Returns a function that ends it.
 */
export function openStream(url: string, { onKey, onState }: StreamHandlers): () => void {
  let source: EventSource | undefined
  let lastHeard = Date.now()
  let lost = false
  let openedAt = 0
  const heard = () => {
    lastHeard = Date.now()
    if (lost || openedAt === 0) {
      lost = false
      openedAt = lastHeard
      onState({ kind: 'open' })
    }
  }
  const connect = () => {
    source?.close()
    source = new EventSource(url)
    source.onopen = heard
    source.onmessage = (event) => {
      heard()
      onKey(event.data as ChangeKey)
    }
    source.addEventListener('beat', heard)
  }
  let lastTry = Date.now()
  const watch = setInterval(() => {
    const now = Date.now()
    const silent = now - lastHeard > SILENT_MS
    if (silent && !lost) {
      lost = true
      onState({ kind: 'lost', since: lastHeard })
    }
    const broken = silent || source?.readyState === EventSource.CLOSED
    if (broken && now - lastTry > RETRY_MS) {
      lastTry = now
      connect()
    }
  }, WATCH_MS)
  connect()
  return () => {
    clearInterval(watch)
    source?.close()
  }
}
