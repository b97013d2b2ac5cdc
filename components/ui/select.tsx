import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from './cn'
import { controlClass } from './input'

/** The browser's own select: right on a phone, with a keyboard and without JavaScript. Children are <option>s. */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return (
    <span className={cn('relative inline-block w-full', className)}>
      <select className={cn(controlClass, 'h-8 appearance-none truncate pr-8')} {...props} />
      <ChevronDown className="pointer-events-none absolute top-2 right-2 size-4 text-muted" aria-hidden />
    </span>
  )
}
