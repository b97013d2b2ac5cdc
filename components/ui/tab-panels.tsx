'use client'

import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Panel {
  value: string
  label: string
  content: ReactNode
}

/** Tabs inside a part of a page, where an address of their own would be too much (a chart and its table). */
export function TabPanels({ label, panels }: { label: string; panels: [Panel, ...Panel[]] }) {
  return (
    <Radix.Root defaultValue={panels[0].value}>
      <Radix.List aria-label={label} className="mb-2 flex gap-1">
        {panels.map((panel) => (
          <Radix.Trigger
            key={panel.value}
            value={panel.value}
            className="rounded-md px-2 py-1 text-muted text-sm hover:text-foreground data-[state=active]:bg-sunken data-[state=active]:text-foreground"
          >
            {panel.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {panels.map((panel) => (
        <Radix.Content key={panel.value} value={panel.value}>
          {panel.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
