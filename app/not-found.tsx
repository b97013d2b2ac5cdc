import Link from 'next/link'
import { Button } from '@/components/ui/button'

/** The answer for what is not there, and for what one may not see. */
export default function NotFound() {
  return (
    <main className="mx-auto grid max-w-prose justify-items-start gap-3 p-8">
      <h1 className="font-semibold text-xl">There is nothing here that you may see</h1>
      <p className="text-muted">The address is wrong, the thing was removed, or it belongs to a team that you are not in.</p>
      <Button asChild>
        <Link href="/">Go to the overview</Link>
      </Button>
    </main>
  )
}
