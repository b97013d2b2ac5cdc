import type { ReactNode } from 'react'

interface PageHeaderProps {
  title: ReactNode
  /** The sentence that answers what one came for. */
  lead?: ReactNode
  /** Quiet facts beside the title: badges, digests. */
  meta?: ReactNode
  actions?: ReactNode
}

/** The head of a page: its name, what matters now, what one can do. */
export function PageHeader({ title, lead, meta, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="break-words font-semibold text-xl">{title}</h1>
          {meta}
        </div>
        {lead ? <p className="max-w-prose text-muted">{lead}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  )
}
