import Link from 'next/link'
import { Banner } from '@/components/ui/banner'

/** Says that a change ended the example workspace, with the one-time link by which its author comes back in. */
export function ExampleEnded({ link }: { link: string | null }) {
  if (!link) return null
  return (
    <Banner>
      This ended the example workspace: its passwords no longer work. Set your own now:{' '}
      <Link href={link} className="break-all underline underline-offset-3">
        {link}
      </Link>
    </Banner>
  )
}
