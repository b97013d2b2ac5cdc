'use client'

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import { type Asked, clockOffset } from './clock-offset'

// One timer for all the times on a page: each second while anybody looks at one.
const listeners = new Set<() => void>()
/** Server's clock minus the browser's, ms; only a difference that matters is taken. */
let offset = 0
let current = tick()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): number {
  return Math.floor((Date.now() + offset) / 1000) * 1000
}

/** Read anew while nobody looks: a page's first times must not be told by when somebody last did. */
function snapshot(): number {
  if (!timer) current = tick()
  return current
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    current = tick()
    for (const each of listeners) each()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

const ServerNow = createContext(0)
let measured = false

/** When this document was asked for and its answer began; a browser that does not say has just done both. */
function asked(): Asked {
  const now = Date.now()
  const [entry] = performance.getEntriesByType('navigation')
  if (!(entry instanceof PerformanceNavigationTiming)) return { askedAt: now, answeredAt: now }
  const began = now - performance.now()
  return { askedAt: began + entry.requestStart, answeredAt: began + entry.responseStart }
}

/** Gives the page the server's time, so that the first paint already says "3 min ago" and a wrong clock in the browser does no harm. */
export function NowProvider({ serverNow, children }: { serverNow: number; children: ReactNode }) {
  if (typeof window !== 'undefined' && !measured) {
    measured = true
    offset = clockOffset(serverNow, asked())
    current = tick()
  }
  return <ServerNow value={serverNow}>{children}</ServerNow>
}

/** The present in ms, to the second, counting on. */
export function useNow(): number {
  const serverNow = useContext(ServerNow)
  return useSyncExternalStore(subscribe, snapshot, () => serverNow)
}
