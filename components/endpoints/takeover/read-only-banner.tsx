import Link from 'next/link'
import { Banner } from '@/components/ui/banner'
import type { TakeoverView } from '@/lib/endpoints/takeover/schema'

/** Over every page while the engine does not write to some endpoints. */
export function ReadOnlyBanner({ takeovers }: { takeovers: TakeoverView[] }) {
  if (takeovers.length === 0) return null
  const restored = takeovers.some((takeover) => takeover.kind === 'older-database')
  const n = takeovers.length
  return (
    <Banner>
      <strong className="font-semibold">
        {n} {n === 1 ? 'endpoint is' : 'endpoints are'} read-only:
      </strong>{' '}
      {restored
        ? 'this database was restored from a backup and may be older than what the clusters hold.'
        : 'somebody else changed what the clusters route by.'}{' '}
      <Link href="/endpoints/read-only" className="underline underline-offset-3 hover:no-underline">
        Look and answer
      </Link>
    </Banner>
  )
}
