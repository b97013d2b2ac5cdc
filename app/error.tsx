'use client'

import { Button } from '@/components/ui/button'

/** What a page shows when it failed: traffic goes on without it, and there is a way to try again. */
export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <div className="mx-auto grid max-w-prose justify-items-start gap-3 p-8">
      <h1 className="font-semibold text-xl">This page could not be made</h1>
      <p className="text-muted">Traffic and rollouts go on without it.{error.digest ? ` Tell an admin this id: ${error.digest}.` : ''}</p>
      <Button onClick={retry}>Try again</Button>
    </div>
  )
}
