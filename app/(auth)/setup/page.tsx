import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SetupForm } from '@/components/auth/setup-form'
import { setupCodeWaits, setupPending } from '@/lib/members/queries'

export const metadata: Metadata = { title: 'First admin' }
export const dynamic = 'force-dynamic'

/** The first admin of a new installation, with the one-time code that stands in the terminal. */
export default async function SetupPage() {
  const [waits, pending] = await Promise.all([setupCodeWaits(), setupPending()])
  if (!waits && !pending) redirect('/sign-in')
  return (
    <>
      <div className="grid gap-1">
        <h1 className="font-semibold text-xl">Make the first admin</h1>
        <p className="text-muted">
          {waits
            ? 'The one-time code stands in the terminal where Slipway was started. A new start prints a new one.'
            : 'There is no one-time code yet. Start Slipway again: the terminal prints one.'}
        </p>
      </div>
      <SetupForm />
    </>
  )
}
