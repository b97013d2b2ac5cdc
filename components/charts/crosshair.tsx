'use client'

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'

interface Crosshair {
  at: number | null
  setAt: (at: number | null) => void
}

const CrosshairContext = createContext<Crosshair>({ at: null, setAt: () => undefined })

/** Charts inside share one crosshair: a time pointed at in one is shown in all. */
export function CrosshairProvider({ children }: { children: ReactNode }) {
  const [at, setAt] = useState<number | null>(null)
  const value = useMemo(() => ({ at, setAt }), [at])
  return <CrosshairContext value={value}>{children}</CrosshairContext>
}

/** The time pointed at, and a way to point. */
export function useCrosshair(): Crosshair {
  return useContext(CrosshairContext)
}

/** The index of the point nearest to a time; -1 without points. `at` rises. */
export function nearest(at: readonly number[], wanted: number): number {
  let best = -1
  for (let i = 0; i < at.length; i += 1) if (best < 0 || Math.abs((at[i] ?? 0) - wanted) <= Math.abs((at[best] ?? 0) - wanted)) best = i
  return best
}
