import { Banner } from '@/components/ui/banner'
import { type KeptLinks, keepLinks } from './kept-links'

/** Says before it happens what ends the example workspace (`what`, the subject of a sentence), and what comes with that. */
export function EndsExample({ what = 'An address on another machine than this one', ends }: { what?: string; ends: boolean }) {
  if (!ends) return null
  return (
    <Banner>
      {what} ends the example workspace for good: its accounts are signed out, their passwords stop working and nobody acts as another any
      more. If you are signed in with one of them, you get a link to set your own password.
    </Banner>
  )
}

/**
 * The example's accounts are signed out as soon as it has ended: the way back in, and what else is shown once, goes to a page that needs no session. Whoever has
 * a password of their own stays signed in, and where they are.
 */
export function keepWayIn(
  done: { exampleEnded: { link: string | null } | null },
  push: (path: string) => void,
  cluster: KeptLinks['cluster'] = null,
): void {
  const own = done.exampleEnded?.link
  if (own) keepLinks({ invited: null, cluster, own }, push)
}
