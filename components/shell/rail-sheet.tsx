'use client'

import { Menu } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Sheet, SheetContent, SheetTrigger } from '@/components/ui/sheet'
import { Rail } from './rail'

/** The rail below 1024 px: behind a button, as a sheet. */
export function RailSheet({ waiting, foot }: { waiting: number; foot: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <Sheet open={open} onOpenChange={setOpen}>
      <SheetTrigger asChild>
        <Button variant="ghost" size="icon" className="lg:hidden" aria-label={waiting > 0 ? `Menu, ${waiting} approvals waiting` : 'Menu'}>
          <span className="relative">
            <Menu aria-hidden />
            {waiting > 0 ? <span aria-hidden className="-top-0.5 -right-0.5 absolute size-2 rounded-full bg-candidate" /> : null}
          </span>
        </Button>
      </SheetTrigger>
      <SheetContent title="Slipway">
        <Rail waiting={waiting} onNavigate={() => setOpen(false)} />
        <div className="mt-auto p-4">{foot}</div>
      </SheetContent>
    </Sheet>
  )
}
