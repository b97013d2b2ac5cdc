import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from './cn'

const badgeVariants = cva('inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 text-xs [&_svg]:size-3', {
  variants: {
    tone: {
      neutral: 'border-border bg-sunken text-foreground',
      quiet: 'border-border text-muted',
      pass: 'border-pass/50 text-pass',
      warn: 'border-warn/40 bg-warn-surface text-warn',
      fail: 'border-fail/50 bg-danger-surface text-fail',
      invalid: 'border-invalid/50 text-invalid',
    },
  },
  defaultVariants: { tone: 'neutral' },
})

export type BadgeTone = NonNullable<VariantProps<typeof badgeVariants>['tone']>

/** A word about a thing. Its colour only repeats what the word says. */
export function Badge({ className, tone, ...props }: ComponentProps<'span'> & VariantProps<typeof badgeVariants>) {
  return <span className={cn(badgeVariants({ tone }), className)} {...props} />
}
