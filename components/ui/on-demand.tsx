'use client'

import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react'
import type { Button } from './button'

interface OnDemandProps {
  trigger: ReactElement<ComponentProps<typeof Button>>
  kind: 'menu' | 'dialog'
  /** Fetches the code of what opens: when the pointer or the focus comes near. */
  load: () => Promise<unknown>
  /** What opens, already open, with its trigger: made of lazily loaded parts. */
  children: ReactNode
}

/** A button whose menu or popover is fetched when it is first wanted, so that it weighs nothing in a page's first load. */
export function OnDemand({ trigger, kind, load, children }: OnDemandProps) {
  const [wanted, setWanted] = useState(false)
  const fetchAhead = () => void load().catch(() => undefined)
  const closed = cloneElement(trigger, {
    'aria-haspopup': kind,
    'aria-expanded': wanted,
    onClick: () => setWanted(true),
    onPointerEnter: fetchAhead,
    onFocus: fetchAhead,
  })
  return wanted ? <Suspense fallback={closed}>{children}</Suspense> : closed
}
