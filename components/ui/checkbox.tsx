import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

/** A box to tick with its words beside it; the whole line is the target. */
export function Checkbox({ className, children, ...props }: Omit<ComponentProps<'input'>, 'type'> & { children: ReactNode }) {
  return (
    <label className={cn('inline-flex min-h-6 items-center gap-2', className)}>
      <input type="checkbox" className="size-4 shrink-0 accent-primary" {...props} />
      <span>{children}</span>
    </label>
  )
}
