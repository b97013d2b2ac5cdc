'use client'

import { usePathname } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { KeptLink } from '@/components/top-line/kept'
import { ENTRIES } from './entries'

interface Named {
  path: string
  label: string
}

const CrumbContext = createContext<{ named: Named | null; name: (named: Named | null) => void }>({ named: null, name: () => undefined })

/** Holds the name that the present page gives its last crumb. */
export function CrumbProvider({ children }: { children: ReactNode }) {
  const [named, name] = useState<Named | null>(null)
  const value = useMemo(() => ({ named, name }), [named])
  return <CrumbContext value={value}>{children}</CrumbContext>
}

/** Names the present page in the breadcrumb, where its address holds only an id. */
export function Crumb({ label }: { label: string }) {
  const path = usePathname()
  const { name } = useContext(CrumbContext)
  useEffect(() => {
    name({ path, label })
    return () => name(null)
  }, [path, label, name])
  return null
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

/** Where one is: the entry, what lies between, the page. */
export function Crumbs() {
  const path = usePathname()
  const { named } = useContext(CrumbContext)
  const segments = path.split('/').filter(Boolean)
  const crumbs = segments.map((segment, index) => {
    const href = `/${segments.slice(0, index + 1).join('/')}`
    const entry = ENTRIES.find((each) => each.href === href)
    const last = index === segments.length - 1
    const own = named?.path === href ? named.label : undefined
    return { href, last, label: own ?? entry?.label ?? (UUID.test(segment) ? segment.slice(-6) : decodeURIComponent(segment)) }
  })
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 max-md:flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-sm">
        {crumbs.length === 0 ? <li aria-current="page">Overview</li> : null}
        {crumbs.map((crumb) => (
          <li key={crumb.href} className={crumb.last ? 'min-w-0 truncate' : 'flex shrink-0 items-center gap-1.5 max-sm:hidden'}>
            {crumb.last ? (
              <span aria-current="page">{crumb.label}</span>
            ) : (
              <>
                <KeptLink href={crumb.href} className="text-muted hover:text-foreground hover:underline">
                  {crumb.label}
                </KeptLink>
                <span aria-hidden className="text-muted">
                  /
                </span>
              </>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
