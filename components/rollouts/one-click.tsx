'use client'

import { type ReactNode, useTransition } from 'react'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'

/** A button for what can be undone: pressed, pending, done; a refusal is said in a toast. */
export function OneClick({ icon, label, act }: { icon?: ReactNode; label: string; act: () => Promise<string | undefined> }) {
  const [pending, start] = useTransition()
  const say = useToast()
  const click = () =>
    start(async () => {
      const refused = await act()
      if (refused) say(refused, 'refused')
    })
  return (
    <Button pending={pending} onClick={click}>
      {pending ? null : icon}
      {label}
    </Button>
  )
}
