import type { ReactNode } from 'react'
import { cn } from './cn'

interface LabelProps {
  htmlFor: string
  className?: string
  children: ReactNode
}

/** The name of a control. `htmlFor` is required: a label without its control says nothing. */
export function Label({ className, htmlFor, children }: LabelProps) {
  return (
    <label htmlFor={htmlFor} className={cn('font-medium text-sm', className)}>
      {children}
    </label>
  )
}
