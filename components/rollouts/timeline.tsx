'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { TimelineLine } from '@/lib/rollouts/view-schema'

const FIRST = 12

/** A line, with the older ones of the same run that only judged and waited. */
interface Entry {
  line: TimelineLine
  folded: TimelineLine[]
}

/** What happened, newest first: when, who or what, what, and because of what. Numbers and method stand behind "explain". */
export function Timeline({ lines }: { lines: TimelineLine[] }) {
  const [all, setAll] = useState(false)
  const entries = fold(lines)
  const shown = all ? entries : entries.slice(0, FIRST)
  if (lines.length === 0) return <p className="p-4 text-muted">Nothing has happened yet.</p>
  return (
    <div className="grid gap-3 p-4">
      <ol className="grid gap-3">
        {shown.map(({ line, folded }) => (
          <Line key={line.seq} line={line} folded={folded} />
        ))}
      </ol>
      {entries.length > FIRST ? (
        <Button size="sm" className="justify-self-start" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show the newest only' : `Show all ${entries.length} lines`}
        </Button>
      ) : null}
    </div>
  )
}

/** Runs of judgements that only wait become one entry: the newest, with the others behind it. */
export function fold(lines: readonly TimelineLine[]): Entry[] {
  const entries: Entry[] = []
  for (const line of lines) {
    const last = entries.at(-1)
    if (line.waits && last?.line.waits) last.folded.push(line)
    else entries.push({ line, folded: [] })
  }
  return entries
}

function Line({ line, folded }: Entry) {
  return (
    <li className="grid items-baseline gap-x-4 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <RelativeTime at={line.at} className="justify-self-start text-muted text-sm" />
      <div className="min-w-0">
        <p>
          <span className="text-muted">{line.who}:</span> {line.what}
          {line.because ? <span className="text-muted">, because {line.because}</span> : null}
        </p>
        {line.explain.length > 0 ? <Explain rows={line.explain} /> : null}
        {folded.length > 0 ? (
          <details className="text-sm">
            <summary className="w-fit min-h-6 text-link">
              {folded.length} earlier judgement{folded.length === 1 ? '' : 's'} that waited
            </summary>
            <ol className="mt-2 grid gap-3">
              {folded.map((each) => (
                <Line key={each.seq} line={each} folded={[]} />
              ))}
            </ol>
          </details>
        ) : null}
      </div>
    </li>
  )
}

/** Odds, method and numbers, for who asks. */
export function Explain({ rows }: { rows: TimelineLine['explain'] }) {
  return (
    <details className="text-sm">
      <summary className="w-fit min-h-6 text-link">explain</summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 rounded-md bg-sunken p-2">
        {rows.map((row) => (
          <div key={row.label} className="contents">
            <dt className="text-muted">{row.label}</dt>
            <dd className="break-words tabular-nums">{row.value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
