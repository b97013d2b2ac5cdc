import type { ComponentProps } from 'react'
import { cn } from './cn'
import { controlClass } from './input'

/** Several lines of text. */
export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(controlClass, 'min-h-16 py-1.5', className)} {...props} />
}
