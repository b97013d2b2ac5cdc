import { type ChangeKey, listen } from '@/lib/events'

type Listener = (key: ChangeKey) => void

interface Held {
  listeners: Set<Listener>
  stop?: () => Promise<void>
}
// Next reloads modules in development; the process keeps one connection for all open pages.
const held = globalThis as unknown as { slipwayLive?: Held }
held.slipwayLive ??= { listeners: new Set() }
const hub: Held = held.slipwayLive

/** Hears every changed key, over one database connection per process that lives while anybody listens. Returns a function that stops. */
export function onChange(listener: Listener): () => void {
  hub.listeners.add(listener)
  hub.stop ??= listen('slipway_changed', (payload) => {
    for (const each of hub.listeners) each(payload as ChangeKey)
  })
  return () => {
    hub.listeners.delete(listener)
    if (hub.listeners.size > 0) return
    void hub.stop?.()
    hub.stop = undefined
  }
}
