'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'
import { IdentityToken } from '@/components/environments/identity-token'
import { OnceLink } from '@/components/settings/once-link'
import { Button } from '@/components/ui/button'
import { type KeptLinks as Links, readLinks } from './kept-links'

/** What was made with the act that ended the example workspace: a link or a token to hand over, and a link for oneself. */
export function KeptLinks() {
  const [links, setLinks] = useState<Links | null>(null)
  useEffect(() => setLinks(readLinks()), [])
  if (!links) return <Link href="/sign-in">Go to the sign-in page</Link>
  return (
    <div className="grid gap-6">
      {links.invited ? <OnceLink link={links.invited.link} who={links.invited.name} /> : null}
      {links.cluster ? <IdentityToken token={links.cluster.identityToken} command={links.cluster.command} /> : null}
      <div className="grid gap-2">
        <p>For you: set your own password now.</p>
        <Button asChild variant="primary" size="lg">
          <a href={links.own}>Set my password</a>
        </Button>
      </div>
    </div>
  )
}
