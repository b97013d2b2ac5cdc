import type { ComponentProps } from 'react'
import { cn } from './cn'

/** A table whose rows become two lines below 640 px: the first cell takes the first line, the others flow behind it, and nothing scrolls sideways. */
export function Table({ className, label, ...props }: ComponentProps<'table'> & { label: string }) {
  return <table aria-label={label} className={cn('w-full border-collapse max-sm:block', className)} {...props} />
}

/** The names of the columns; on a phone only screen readers meet them. Children are <TableHeading>s. */
export function TableHead({ className, children, ...props }: ComponentProps<'thead'>) {
  return (
    <thead className={cn('max-sm:sr-only', className)} {...props}>
      <tr>{children}</tr>
    </thead>
  )
}

/** The name of a column; `numeric` columns stand at the right. */
export function TableHeading({ className, numeric = false, ...props }: ComponentProps<'th'> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={cn(
        'border-b px-2 py-1.5 font-medium text-muted text-sm first:pl-4 last:pr-4',
        numeric ? 'text-right' : 'text-left',
        className,
      )}
      {...props}
    />
  )
}

/** The rows. */
export function TableBody({ className, ...props }: ComponentProps<'tbody'>) {
  return <tbody className={cn('max-sm:block', className)} {...props} />
}

/** One row. */
export function TableRow({ className, ...props }: ComponentProps<'tr'>) {
  return (
    <tr
      className={cn(
        'border-b last:border-b-0 hover:bg-sunken/60 max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-2',
        className,
      )}
      {...props}
    />
  )
}

interface CellProps extends ComponentProps<'td'> {
  numeric?: boolean
  /** Left out on a phone; only for what also stands on the row's own page. */
  wide?: boolean
}

/** One cell; the first of a row is its name. */
export function TableCell({ className, numeric = false, wide = false, ...props }: CellProps) {
  return (
    <td
      className={cn(
        'px-2 py-2 align-middle first:pl-4 last:pr-4 max-sm:p-0! max-sm:first:basis-full',
        numeric && 'text-right tabular-nums',
        wide && 'max-sm:hidden',
        className,
      )}
      {...props}
    />
  )
}
