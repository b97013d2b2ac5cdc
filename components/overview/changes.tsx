import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import type { AuditRow } from '@/lib/audit/schema'

const PAGES: Record<string, string> = { rollout: '/rollouts', endpoint: '/endpoints' }

/** What was changed lately, newest first. */
export function Changes({ rows }: { rows: AuditRow[] }) {
  if (rows.length === 0) return <p className="p-4 text-muted">Nothing was changed in the last 2 h.</p>
  return (
    <ul className="grid gap-1.5 p-4">
      {rows.map((row) => {
        const page = PAGES[row.targetKind]
        return (
          <li key={row.id} className="flex flex-wrap items-baseline gap-x-2">
            <RelativeTime at={row.at} className="min-h-6 w-20 text-left text-muted text-sm" />
            <span className="font-medium">{row.who}</span>
            {row.signedInAs ? <span className="text-muted">(signed in as {row.signedInAs})</span> : null}
            <span>{row.verb}</span>
            {page ? (
              <Link href={`${page}/${row.targetId}`} className="text-link underline underline-offset-3 hover:no-underline">
                {row.targetName || row.targetKind}
              </Link>
            ) : (
              <span>{row.targetName || row.targetKind}</span>
            )}
          </li>
        )
      })}
    </ul>
  )
}
