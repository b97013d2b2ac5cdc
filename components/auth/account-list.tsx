'use client'

import { Check, LogOut, UserCog } from 'lucide-react'
import Link from 'next/link'
import type { ReactElement } from 'react'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { useToast } from '@/components/ui/toast'
import { signIn, signOut } from '@/lib/auth/client'

export interface AccountMenuProps {
  name: string
  /** The account that signed in, while acting as another. */
  signedInAs: string | null
  /** The accounts of the example workspace; empty where nobody acts as another. */
  choices: { id: string; name: string; roles: string[]; self: boolean }[]
}

/** The open menu of an account: the way to the profile and out, and "act as". */
export default function AccountList({ name, signedInAs, choices, trigger }: AccountMenuProps & { trigger: ReactElement }) {
  const say = useToast()
  const actAs = async (memberId: string) => {
    const refused = await signIn('act-as', { memberId })
    // A whole page load: nothing that the other account read may stay in memory.
    if (refused === null) window.location.reload()
    else say(refused, 'refused')
  }
  const leave = async () => {
    await signOut()
    window.location.assign('/sign-in')
  }
  return (
    <DropdownMenu defaultOpen>
      <DropdownMenuTrigger asChild>{trigger}</DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>{signedInAs ? `${name}; signed in: ${signedInAs}` : name}</DropdownMenuLabel>
        <DropdownMenuItem asChild>
          <Link href="/settings">
            <UserCog aria-hidden />
            Profile and settings
          </Link>
        </DropdownMenuItem>
        {choices.length > 0 ? (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuLabel>Act as (example workspace; both names are kept)</DropdownMenuLabel>
            {choices.map((choice) => (
              <DropdownMenuItem key={choice.id} disabled={choice.self} onSelect={() => void actAs(choice.id)}>
                {choice.self ? <Check aria-hidden /> : <span className="size-4" />}
                {choice.name}
                <span className="ml-auto pl-4 text-muted text-sm">{choice.roles.join(', ')}</span>
              </DropdownMenuItem>
            ))}
          </>
        ) : null}
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden />
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
