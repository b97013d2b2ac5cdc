import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { ExampleAccounts } from '@/components/auth/example-accounts'
import { SignInForm } from '@/components/auth/sign-in-form'
import { exampleAccounts } from '@/lib/auth/example-accounts'
import { ownPath } from '@/lib/auth/own-path'
import { currentActor } from '@/lib/auth/session'
import { setupPending } from '@/lib/members/queries'

export const metadata: Metadata = { title: 'Sign in' }
export const dynamic = 'force-dynamic'

/** Email and password; in the example workspace also one account per role, ready to use. */
export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = ownPath((await searchParams).next)
  if (await setupPending()) redirect('/setup')
  if (await currentActor()) redirect(next)
  const accounts = await exampleAccounts((await headers()).get('host'))
  return (
    <>
      <h1 className="font-semibold text-xl">Sign in</h1>
      <SignInForm next={next} />
      {accounts.length > 0 ? <ExampleAccounts accounts={accounts} next={next} /> : null}
    </>
  )
}
