import type { ComponentProps } from 'react'
import { cn } from './cn'

/** A box of what is longer than it may be tall. The keyboard reaches it, in every browser, so that arrow keys scroll it; `label` says what one is in. */
export function ScrollBox({ className, label, ...props }: ComponentProps<'section'> & { label: string }) {
  return <section aria-label={label} className={cn('overflow-auto rounded-md border', className)} {...props} tabIndex={0} />
}
