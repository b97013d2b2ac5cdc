import type { Metadata } from 'next'
import { SetPasswordForm } from '@/components/auth/set-password-form'

export const metadata: Metadata = { title: 'Set your password', referrer: 'no-referrer' }

/** Where the one-time link of an invitation or a reset leads; the code stands behind the #. */
export default function SetPasswordPage() {
  return (
    <>
      <h1 className="font-semibold text-xl">Set your password</h1>
      <SetPasswordForm />
    </>
  )
}
