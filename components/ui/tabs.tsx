import Link from 'next/link'
import { cn } from './cn'

export interface Tab {
  href: string
  label: string
  count?: number
}

/** Tabs that are links: each has its own address, and the back button works. */
export function LinkTabs({ label, tabs, current }: { label: string; tabs: Tab[]; current: string }) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-x-4 border-b">
      {tabs.map((tab) => {
        const here = tab.href === current
        return (
          <Link
            key={tab.href}
            href={tab.href}
            aria-current={here ? 'page' : undefined}
            className={cn(
              '-mb-px border-b-2 py-1.5',
              here ? 'border-foreground font-medium' : 'border-transparent text-muted hover:text-foreground',
            )}
          >
            {tab.label}
            {tab.count === undefined ? null : <span className="ml-1 text-muted tabular-nums">{tab.count}</span>}
          </Link>
        )
      })}
    </nav>
  )
}
