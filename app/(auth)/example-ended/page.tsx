import type { Metadata } from 'next'
import { KeptLinks } from '@/components/auth/kept-links-view'

export const metadata: Metadata = { title: 'The example has ended', referrer: 'no-referrer' }

/** What to do when the first invitation, or the first address on another machine, has ended the example workspace. */
export default function ExampleEndedPage() {
  return (
    <>
      <div className="grid gap-1">
        <h1 className="font-semibold text-xl">The example has ended</h1>
        <p className="text-muted">From now on everyone signs in with a password of their own. Models, rollouts and the trail stay.</p>
      </div>
      <KeptLinks />
    </>
  )
}
