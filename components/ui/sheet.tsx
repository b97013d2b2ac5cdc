'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { overlayClass } from './dialog'

export const Sheet = Radix.Root
export const SheetTrigger = Radix.Trigger

/** A panel that slides in from the left edge: the rail on a phone. */
export function SheetContent({ title, className, children }: { title: string; className?: string; children: ReactNode }) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={overlayClass} />
      <Radix.Content
        aria-describedby={undefined}
        className={cn(
          'fixed inset-y-0 left-0 z-50 flex w-72 max-w-[88vw] flex-col overflow-y-auto border-r bg-surface data-[state=closed]:animate-out data-[state=open]:animate-in data-[state=closed]:slide-out-to-left data-[state=open]:slide-in-from-left',
          className,
        )}
      >
        <div className="flex items-center justify-between border-b px-4 py-2">
          <Radix.Title className="font-semibold">{title}</Radix.Title>
          <Radix.Close className="-mr-1 rounded-md p-2 hover:bg-sunken" aria-label="Close">
            <X className="size-4" aria-hidden />
          </Radix.Close>
        </div>
        {children}
      </Radix.Content>
    </Radix.Portal>
  )
}
