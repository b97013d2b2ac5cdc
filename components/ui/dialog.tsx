'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'

export const Dialog = Radix.Root
export const DialogTrigger = Radix.Trigger

/** The dark sheet behind every dialog. */
export const overlayClass =
  'fixed inset-0 z-40 bg-black/45 data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0'
/** Where a dialog stands: at the bottom of a phone, in the upper middle of a screen. */
export const panelClass =
  'fixed z-50 grid max-h-[88dvh] gap-3 overflow-y-auto rounded-md border bg-surface p-4 shadow-lg max-sm:inset-x-2 max-sm:bottom-2 sm:top-[12vh] sm:left-1/2 sm:w-[30rem] sm:max-w-[calc(100vw-2rem)] sm:-translate-x-1/2'

interface DialogContentProps {
  title: ReactNode
  /** One or two sentences; part of the dialog's accessible description. */
  description?: ReactNode
  className?: string
  children?: ReactNode
}

/** A named dialog; Escape and the cross close it, focus returns to where it was. */
export function DialogContent({ title, description, className, children }: DialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={overlayClass} />
      <Radix.Content className={cn(panelClass, className)} {...(description ? {} : { 'aria-describedby': undefined })}>
        <div className="flex items-start justify-between gap-3">
          <Radix.Title className="font-semibold text-lg">{title}</Radix.Title>
          <Radix.Close className="-mt-1 -mr-1 rounded-md p-1.5 hover:bg-sunken" aria-label="Close">
            <X className="size-4" aria-hidden />
          </Radix.Close>
        </div>
        {description ? <Radix.Description className="text-muted">{description}</Radix.Description> : null}
        {children}
      </Radix.Content>
    </Radix.Portal>
  )
}

/** The buttons of a dialog: on a phone full width, the main one on top. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-1 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{children}</div>
}
