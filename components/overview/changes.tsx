import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import type { AuditRow } from '@/lib/audit/schema'
import { verbWords } from '@/lib/audit/words'

const PAGES: Record<string, string> = { rollout: '/rollouts', endpoint: '/endpoints' }

/** What was changed, newest first, a sentence each. */
export function Changes({ rows }: { rows: AuditRow[] }) {
  if (rows.length === 0) return <p className="p-4 text-muted">Nothing was changed in this time.</p>
  return (
    <ul className="grid gap-1.5 p-4">
      {rows.map((row) => {
        const words = verbWords(row.verb)
        return (
          <li key={row.id} className="flex flex-wrap items-baseline gap-x-2">
            <RelativeTime at={row.at} className="min-h-6 w-20 text-left text-muted text-sm" />
            <span className="font-medium">{row.who}</span>
            {row.signedInAs ? <span className="text-muted">(signed in as {row.signedInAs})</span> : null}
            <span className="min-w-0 break-words">
              {words.before} {words.named ? <Target row={row} /> : null}
              {words.after}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function Target({ row }: { row: AuditRow }) {
  const page = PAGES[row.targetKind]
  const name = row.targetName || row.targetKind
  if (!page) return <span className="font-medium">{name}</span>
  return (
    <Link href={`${page}/${row.targetId}`} className="text-link underline underline-offset-3 hover:no-underline">
      {name}
    </Link>
  )
}
