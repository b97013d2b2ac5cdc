import type { ComponentProps } from 'react'
import { cn } from './cn'

/** The shared looks of what one may type into or choose from. */
export const controlClass =
  'w-full min-w-0 rounded-md border border-input bg-surface px-2.5 text-foreground placeholder:text-muted disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-fail'

/** A line of text. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(controlClass, 'h-8', className)} {...props} />
}
