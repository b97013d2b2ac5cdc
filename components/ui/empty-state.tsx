import type { ReactNode } from 'react'

interface EmptyStateProps {
  title: string
  /** One sentence. */
  children?: ReactNode
  /** The one next step. */
  action?: ReactNode
}

/** What stands where nothing is yet, with the one next step. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="grid justify-items-start gap-2 px-4 py-8">
      <p className="font-medium text-lg">{title}</p>
      {children ? <p className="max-w-prose text-muted">{children}</p> : null}
      {action}
    </div>
  )
}
