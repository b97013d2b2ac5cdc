'use client'

import { useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { signIn } from '@/lib/auth/client'

interface Account {
  email: string
  name: string
  role: string
  password: string
}

/** One account per role of the example workspace, each one click away. Shown only on the machine that Slipway runs on. */
export function ExampleAccounts({ accounts, next }: { accounts: Account[]; next: string }) {
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, setPending] = useState<string | null>(null)
  const enter = async ({ email, password }: Account) => {
    setPending(email)
    const refused = await signIn('credentials', { email, password })
    setRefusal(refused)
    if (refused === null) window.location.assign(next)
    else setPending(null)
  }
  return (
    <Card
      title="Accounts of the example"
      note="Made at the first start, for this machine only. Inviting a member or adding a cluster elsewhere ends them."
    >
      {refusal ? (
        <div className="px-4 pt-3">
          <Banner>{refusal}</Banner>
        </div>
      ) : null}
      <ul className="mt-2">
        {accounts.map((account) => (
          <li key={account.email} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-t px-4 py-2">
            <div className="min-w-0">
              <p>
                {account.name} <span className="text-muted">· {account.role}</span>
              </p>
              <p className="break-words text-muted text-sm">
                {account.email}
                <span className="block font-mono">{account.password}</span>
              </p>
            </div>
            <Button pending={pending === account.email} disabled={pending !== null} onClick={() => enter(account)}>
              Sign in as {account.role}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
