import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

/** The looks of a button, for links that stand among buttons as well. */
export const buttonVariants = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors active:opacity-70 disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-primary text-primary-foreground hover:bg-primary/88',
        secondary: 'border border-input bg-surface text-foreground hover:bg-sunken',
        ghost: 'text-foreground hover:bg-sunken',
        danger: 'bg-danger text-danger-foreground hover:bg-danger/88',
        link: 'text-link underline underline-offset-3 hover:no-underline',
      },
      size: { sm: 'h-7 px-2.5 text-sm', md: 'h-8 px-3', lg: 'h-11 px-4 text-lg', icon: 'size-8', 'icon-sm': 'size-7' },
    },
    compoundVariants: [{ variant: 'link', className: 'h-auto px-0' }],
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

export interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonVariants> {
  /** Renders the only child (a link) with the looks of a button. */
  asChild?: boolean
  /** The act is under way: the button says so and takes no second click. */
  pending?: boolean
}

/** A button is a verb with its object. `type` is "button" unless said otherwise, so that it never sends a form by accident. */
export function Button({ className, variant, size, asChild = false, pending = false, disabled, children, ...props }: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className)
  if (asChild)
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    )
  return (
    <button type="button" className={classes} disabled={disabled || pending} aria-busy={pending || undefined} {...props}>
      {pending ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  )
}
