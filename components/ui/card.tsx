import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

interface CardProps extends Omit<ComponentProps<'section'>, 'title'> {
  title?: ReactNode
  /** Stands at the right of the title: a link or a small button. */
  action?: ReactNode
  /** One quiet sentence below the title. */
  note?: ReactNode
}

/** A part of a page with a hairline around it; its title is the section's heading. */
export function Card({ title, action, note, className, children, ...props }: CardProps) {
  return (
    <section className={cn('min-w-0 rounded-md border bg-surface', className)} {...props}>
      {title ? (
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 pt-3">
          <h2 className="font-semibold text-lg">{title}</h2>
          {action}
        </div>
      ) : null}
      {note ? <p className="px-4 pt-0.5 text-muted text-sm">{note}</p> : null}
      {children}
    </section>
  )
}

/** The padded inside of a card; a table stands in a card without it. */
export function CardBody({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('p-4', className)} {...props} />
}
