import { Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

/** A line over the page for what one must know before reading on. `harm` only for what harms users now. */
export function Banner({ tone = 'warn', children }: { tone?: 'info' | 'warn' | 'harm'; children: ReactNode }) {
  const Icon = tone === 'info' ? Info : TriangleAlert
  return (
    <div
      role="status"
      className={cn(
        'flex items-start gap-2 rounded-md border px-3 py-2',
        tone === 'info' && 'bg-surface',
        tone === 'warn' && 'border-warn/40 bg-warn-surface text-warn',
        tone === 'harm' && 'border-fail/50 bg-danger-surface text-fail',
      )}
    >
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0">{children}</div>
    </div>
  )
}
