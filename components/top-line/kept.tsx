'use client'

import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { type ComponentProps, createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { address } from '@/components/ui/address'
import { lineOf, type TopLine, topLineParams, usesOf } from '@/lib/top-line/line'

const Kept = createContext<TopLine>({})

/** What the address of the present page asks for; of what this page does not use, what was asked last counts. */
export function TopLineProvider({ children }: { children: ReactNode }) {
  const path = usePathname()
  const text = useSearchParams().toString()
  const [last, setLast] = useState<TopLine>({})
  const line = useMemo(() => {
    const asked = lineOf(Object.fromEntries(new URLSearchParams(text)))
    const uses = usesOf(path)
    const { environment } = uses.environment ? asked : last
    const { range, from, to } = uses.time === null ? last : asked
    return { environment, range, from, to }
  }, [path, text, last])
  useEffect(() => setLast((before) => (JSON.stringify(before) === JSON.stringify(line) ? before : line)), [line])
  return <Kept value={line}>{children}</Kept>
}

/** Turns a path into the address that keeps the environment and the time, as far as the page there uses them. */
export function useKept(): (path: string) => string {
  const line = useContext(Kept)
  return (path) => (path.includes('?') ? path : address(path, topLineParams(line, usesOf(path))))
}

/** A link to a page of the console that keeps the environment and the time. */
export function KeptLink({ href, ...props }: Omit<ComponentProps<typeof Link>, 'href'> & { href: string }) {
  return <Link href={useKept()(href)} {...props} />
}

/** Carries the environment and the time of this page through a form that is sent into the address. */
export function KeptFields({ path }: { path: string }) {
  const params = topLineParams(useContext(Kept), usesOf(path))
  return Object.entries(params).map(([name, value]) => (value ? <input key={name} type="hidden" name={name} value={value} /> : null))
}
