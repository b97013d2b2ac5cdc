'use client'

import { usePathname } from 'next/navigation'
import { KeptLink } from '@/components/top-line/kept'
import { cn } from '@/components/ui/cn'
import { ENTRIES } from './entries'

/** The entries of the house; the present one is marked, approvals waiting for me are counted. */
export function Rail({ waiting, onNavigate }: { waiting: number; onNavigate?: () => void }) {
  const path = usePathname()
  return (
    <nav aria-label="Main" className="grid gap-0.5 p-2">
      {ENTRIES.map(({ href, label, icon: Icon }) => {
        const here = href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)
        return (
          <KeptLink
            key={href}
            href={href}
            onClick={onNavigate}
            aria-current={here ? 'page' : undefined}
            className={cn(
              'flex min-h-8 items-center gap-2.5 rounded-md px-2.5 max-lg:min-h-10',
              here ? 'bg-sunken font-medium text-foreground' : 'text-muted hover:bg-sunken/60 hover:text-foreground',
            )}
          >
            <Icon className="size-4 shrink-0" aria-hidden />
            <span className="grow">{label}</span>
            {href === '/approvals' && waiting > 0 ? (
              <span className="min-w-5 rounded-sm bg-primary px-1.5 text-center text-primary-foreground text-xs leading-5">
                {waiting}
                <span className="sr-only"> waiting</span>
              </span>
            ) : null}
          </KeptLink>
        )
      })}
    </nav>
  )
}
