'use client'

import { CircleUser } from 'lucide-react'
import { lazy } from 'react'
import { Button } from '@/components/ui/button'
import { OnDemand } from '@/components/ui/on-demand'
import type { AccountMenuProps } from './account-list'

const load = () => import('./account-list')
const AccountList = lazy(load)

/** Who one is, the way to the profile and out; in the example workspace also "act as", so that four eyes work in one browser. */
export function AccountMenu(props: AccountMenuProps) {
  const { name, signedInAs } = props
  const trigger = (
    <Button variant="ghost" aria-label={`Account: ${name}${signedInAs ? `, signed in as ${signedInAs}` : ''}`}>
      <CircleUser aria-hidden />
      <span className="max-w-40 truncate max-sm:sr-only">{name}</span>
      {signedInAs ? <span className="text-muted text-sm max-md:sr-only">for {signedInAs}</span> : null}
    </Button>
  )
  return (
    <OnDemand trigger={trigger} kind="menu" load={load}>
      <AccountList {...props} trigger={trigger} />
    </OnDemand>
  )
}
