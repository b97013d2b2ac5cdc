'use client'

import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { signOutEverywhereAction } from '@/lib/members/actions'

/** Ends all sessions of the account, this one too. */
export function SignOutEverywhere() {
  const end = async () => {
    const result = await reached(signOutEverywhereAction())
    if (!result.ok) return result.problem.message
    window.location.assign('/sign-in')
    return undefined
  }
  return (
    <Confirm
      trigger={<Button>Sign out everywhere</Button>}
      title="Sign out everywhere"
      description="All your sessions on all devices end, this one too. API tokens go on working."
      action="Sign out everywhere"
      onConfirm={end}
    />
  )
}
