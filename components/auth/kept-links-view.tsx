'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'
import { OnceLink } from '@/components/settings/once-link'
import { Button } from '@/components/ui/button'
import { type KeptLinks as Links, readLinks } from './kept-links'

/** The links that were made with the first invitation: one to hand over, one for oneself. */
export function KeptLinks() {
  const [links, setLinks] = useState<Links | null>(null)
  useEffect(() => setLinks(readLinks()), [])
  if (!links) return <Link href="/sign-in">Go to the sign-in page</Link>
  return (
    <div className="grid gap-6">
      <OnceLink link={links.link} who={links.invited} />
      {links.own ? (
        <div className="grid gap-2">
          <p>For you: set your own password now.</p>
          <Button asChild variant="primary" size="lg">
            <a href={links.own}>Set my password</a>
          </Button>
        </div>
      ) : null}
    </div>
  )
}
